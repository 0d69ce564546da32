// The CPU's kernels. This file and those that it includes are included once per instruction set,
// each time in a namespace of its own, under that set's target pragma: they have no include guards
// and include nothing of the system's.
// A result never depends on the number of threads: work is cut at fixed places, or a thread owns
// all that is summed into one place.

#include "../philox.h"
#include "../elements.h"
#include "../state.h"
#include "../pool.h"
#include "../masks.h"
#include "loops.h"
#include "random.h"
#include "maxout.h"
#include "layers.h"
#include "normalisation.h"
#include "winners.h"
#include "bf16.h"
#include "images.h"
#include "training.h"
#include "distances.h"
#include "masks.h"
