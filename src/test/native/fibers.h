// The threads of one block as fibers: each runs until the barrier, then the next.
#pragma once

#include <functional>

namespace standin {

// Called by a fiber: waits until all of the block are here.
void barrier();

// Runs `body` once for every thread; `select` makes a thread the current one whenever it goes on.
// False if some threads ended while others waited at a barrier.
bool run_fibers(unsigned threads, const std::function<void(unsigned)>& select,
                const std::function<void()>& body);

}  // namespace standin
