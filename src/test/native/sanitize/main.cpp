// Runs every kernel, those of every instruction set of the CPU and those for GPUs, on buffers of
// exact sizes, with numbers in them and with any bits. What is wrong a sanitizer says.
#include <cstdio>
#include <set>

#include "../standin.h"
#include "cases.h"

// What kernels.cpp asks of the stand-in.
namespace standin {
bool on_device(const void*, int64_t) { return true; }
int violation(int status, const std::string& what) {
    fprintf(stderr, "%s\n", what.c_str());
    return status;
}
}  // namespace standin

namespace sanitize {

static std::set<std::string> seen;

static void fail(const std::string& what) {
    fprintf(stderr, "%s\n", what.c_str());
    exit(1);
}

static int number_of(const std::string& name) {
    for (int i = 0; i < gan4j::kernel_count(); i++)
        if (name == gan4j::kernel_name(i)) return i;
    fail("no kernel " + name);
    return -1;
}

static int64_t* block_of(Launch& launch) {
    launch.words.insert(launch.words.begin(), (int64_t)launch.words.size());
    launch.words.resize(sizeof(Block) / sizeof(int64_t));
    return launch.words.data();
}

static void on_cpu(Launch& launch) {
    if (!gan4j::launch(number_of(launch.name), block_of(launch), REPLICAS))
        fail(launch.name + " takes another number of words");
    seen.insert(launch.name);
}

static int64_t ceil(int64_t items, int64_t each) { return (items + each - 1) / each; }

// The blocks of a launch, as Blocks.java has them but for the most of them.
struct Blocks {
    int64_t count, threads, parts, counters;
};

static int64_t width_of(int64_t columns, int64_t most) {
    int64_t width = 1;
    while (width < most && width < columns) width *= 2;
    return width;
}

static Blocks blocks_of(const Launch& launch) {
    const int64_t FEW = 3;  // so that threads have several items
    int64_t n = launch.items;
    switch (launch.grid) {
        case ELEMENTS: return {std::min(ceil(n, 512), FEW), 128, 0, 0};
        case ROWS: return {std::min(n, FEW), 256, 0, 0};
        case WARP_ROWS: return {std::min(ceil(n, 4), FEW), 128, 0, 0};
        case WHOLE_COLUMNS: return {ceil(n, width_of(n, 8)), 256, 0, 0};
        case CHANNELS: return {std::min(n * 32, FEW), 256, n * 32, n};
        case SUM: return {ceil(n, 2048), 256, ceil(n, 2048), 1};
        case TILES: {
            int64_t tiles = ceil(n, 64) * ceil(launch.rows, 64);
            return {tiles, 256, tiles, 1};
        }
        case EXAMPLES: return {ceil(n, 256), 256, 5 * ceil(n, 256), 1};
        case ONE_THREAD: return {1, 1, 0, 0};
        case COLUMNS: {
            int64_t width = width_of(n, launch.rows <= 512 ? 8 : 32);
            int64_t parts = ceil(launch.rows, 256 / width * 16), tiles = ceil(n, width);
            return {tiles * parts, 256, n * parts, tiles};
        }
    }
    return {};
}

static void on_gpu(Launch& launch) {
    std::string name = "gan4j_" + launch.name;
    if (!standin::has_kernel(name)) return;
    Blocks blocks = blocks_of(launch);
    if (blocks.counters > 0) launch.room(blocks.parts, blocks.counters);
    void* arguments[] = {block_of(launch)};
    if (standin::kernel_work(name, blocks.count, REPLICAS, blocks.threads, 1, arguments)() != 0)
        fail(name + " can't be launched");
}

// What every launch on numbers leaves, by the plain instructions, which every processor has.
static void print_digests() {
    gan4j::use_instruction_set(0);
    Cases(NUMBERS, [](Launch& launch) {
        on_cpu(launch);
        printf("%s %016llx\n", launch.name.c_str(), (unsigned long long)launch.digest());
    }).all();
}

// The one that is no kernel of all instruction sets, on blocks of exact sizes.
static bool half_gradient(Content content, int64_t rows, int64_t inputs, int64_t outputs) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx512bf16")) return false;
    Launch given("half_gradient", ELEMENTS, 1);
    given.filled(content);
    for (int i = 0; i < 2; i++) given.shared<float>(inputs * outputs);
    given.shared<uint16_t>(inputs * outputs).shared<uint16_t>(rows * inputs);
    given.shared<uint16_t>(rows * outputs).shared<State>(1);
    long work = gan4j::allocate(gan4j::half_gradient_bytes(rows, inputs, outputs));
    for (bool step : {false, true})
        gan4j::half_gradient(given.words[0], given.words[2], step ? given.words[4] : 0,
                             given.words[6], given.words[8], work, rows, inputs, outputs,
                             given.words[10]);
    gan4j::release(work);
    return true;
#else
    return false;
#endif
}

static bool half_gradients(Content content) {
    return half_gradient(content, 1, 1, 1) && half_gradient(content, 2, 6, 64) &&
           half_gradient(content, 3, 7, 65) && half_gradient(content, 67, 100, 333) &&
           half_gradient(content, 530, 37, 15);
}

static void run_all(bool with_cuda) {
    bool with_half = true;
    for (Content content : {NUMBERS, ANY_BITS}) {
        for (int set = 0; set <= gan4j::best_instruction_set(); set++) {
            gan4j::use_instruction_set(set);
            Cases(content, on_cpu).all();
        }
        with_half = half_gradients(content);
        if (!with_cuda) continue;
        Cases(content, on_gpu).all();
        Cases(content, on_gpu).of_gpus_alone();
    }
    for (int i = 0; i < gan4j::kernel_count(); i++)
        if (seen.count(gan4j::kernel_name(i)) == 0)
            fail(std::string(gan4j::kernel_name(i)) + " has no case");
    printf("%zu kernels, %d instruction sets%s%s: nothing found\n", seen.size(),
           gan4j::best_instruction_set() + 1, with_half ? ", gradients from bf16" : "",
           with_cuda ? " and CUDA's source" : "");
}

}  // namespace sanitize

// "cuda": with the kernels for GPUs, too. "digests": prints what the CPU's kernels leave.
int main(int count, char** words) {
    gan4j::set_thread_count(3);
    if (count > 1 && std::string(words[1]) == "digests") {
        sanitize::print_digests();
        return 0;
    }
    sanitize::run_all(count > 1 && std::string(words[1]) == "cuda");
}
