// The GPU build of the shared sources: one kernel for each operation that the CUDA libraries do not
// supply, compiled at run time for the card that is there. What a kernel computes is said in
// Kernels.java, how it is launched in KernelLauncher.java.
//
// blockIdx.y is the replica, and a kernel's pointers are that replica's. Results never depend on
// the card or on timing: sums are cut at fixed places and added in a fixed order, and no atomic
// operation touches a float.

#include "../platform.h"
#include "../arguments.h"
#include "../philox.h"
#include "../elements.h"
#include "../state.h"
#include "../pool.h"
#include "../masks.h"
#include "launch.h"
#include "columns.h"
#include "random.h"
#include "layers.h"
#include "normalisation.h"
#include "images.h"
#include "training.h"
#include "weights.h"
#include "distances.h"
#include "masks.h"
