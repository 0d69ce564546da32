// The kernels of the namespace that includes this. No include guard, like loops.h.
static const KernelTable table = {
#define KERNEL(name, parameters, arguments) name,
#include "kernel_list.h"
#undef KERNEL
};
