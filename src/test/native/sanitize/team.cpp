// A team of threads in the place of libgomp's: that one is built without ThreadSanitizer, which
// would see none of its waiting and take all that two threads do one after the other for races.
#include <omp.h>

#include <thread>
#include <vector>

static int team_size = 1;
static thread_local int team_number = 0;

// What g++ makes of "#pragma omp parallel".
extern "C" void GOMP_parallel(void (*body)(void*), void* data, unsigned, unsigned) {
    std::vector<std::thread> others;
    for (int i = 1; i < team_size; i++)
        others.emplace_back([=] {
            team_number = i;
            body(data);
        });
    body(data);
    for (std::thread& other : others) other.join();
}

extern "C" int omp_get_thread_num() { return team_number; }
extern "C" int omp_get_num_threads() { return team_size; }
extern "C" int omp_get_max_threads() { return team_size; }
extern "C" int omp_get_num_procs() { return team_size; }
extern "C" void omp_set_num_threads(int threads) { team_size = threads; }
