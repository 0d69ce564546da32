// libcudnn.
#include "standin.h"

using namespace standin;

EXPORT size_t cudnnGetVersion() { return (size_t)control().dnn_version; }
