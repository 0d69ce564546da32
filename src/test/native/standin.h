// A stand-in for CUDA's libraries, for tests on machines without a GPU: it has the functions that
// gan4j calls, under their names, and does their work on the host. JavaCPP's bindings call it as
// they would call the real libraries, so the whole backend is tested, down to its JNI calls.
//
// Several threads may call it at the same time, each with a device of its own: one call runs at a time.
//
// Modelled: memory (a limited amount, filled with garbage, every address checked), streams and
// capture (a graph of nodes with their arguments as they were at capture; what a real capture
// forbids fails here as well, and so does a branch that nobody waits for), launches of graphs (nodes
// in the order of capture and, every other time, each as late as its dependencies allow, so that a
// missing dependency shows), the kernels (block by block, barriers included), cuBLASLt's layouts,
// alignment, epilogues, pointer modes and TF32's rounding (and, more strictly than the real ones, that
// products and convolutions run once before they are captured), cuDNN's activations, biases, pooling over
// rows and dropout, its convolutions with their descriptors, the choice of an algorithm, workspace,
// determinism and TF32's rounding, NVRTC as far as its interface, NCCL among threads of this process
// (what follows a collective on a stream waits, and the host with it, until all ranks are there or
// the communicator is aborted), and the failure of any function on demand.
//
// Not modelled: time; work that is still under way when a call returns (every call finishes what
// it began, unless other ranks are waited for); threads of a block running at the same time, warps (whose threads exchange values only where
// all of the block do), caches and memory ordering; the rounding of the GPU's own exp and log1p and
// the order of the sums in its products; which algorithms cuBLASLt and cuDNN really have, and what
// they cost; compiling (the kernels here were built by g++); cuDNN's random numbers; the driver's
// limits on the size of a launch's arguments.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace standin {

// Shared with the test, through a file that both map: see StandIn.java.
struct Control {
    // The function `name` fails with `status` at its call number `countdown`, from 1.
    int32_t armed, status, countdown, fired;
    char name[64];
    // As they are where no test chooses.
    int32_t driver_version = 13000, runtime_version = 13000, devices = 2, capability = 90;
    int32_t blas_version = 130002, dnn_version = 91900;
    int32_t refuse_narrow_epilogues, only_unfit_convolutions;
    int64_t memory = 1 << 30;
    // Written here.
    int64_t bytes, objects, launches, graph_launches, products, chain, nodes, compilations;
    int64_t collectives, early;
    int64_t refuse_device_scalars;  // chosen by a test, as refuse_narrow_epilogues
    int64_t violations;
    char violation[512];
    int64_t touched;  // a bit for each device that has given memory
    int64_t refuse_compute;  // chosen by a test: a cublasComputeType_t without algorithms
};

Control& control();

// True if the test wants this call to fail; then with control().status.
bool injected(const char* function);

// Held by every call.
struct Guard {
    std::unique_lock<std::mutex> held;
    Guard();
};

// Lets other calls go first until something has become true.
void wait_until(Guard& guard, const std::function<bool()>& done);

// Notes what the real library would have refused, and returns `status`.
int violation(int status, const std::string& what);

// cudaError_t
enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    MEMORY_ALLOCATION = 2,
    INSUFFICIENT_DRIVER = 35,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    CAPTURE_UNSUPPORTED = 900,
    CAPTURE_INVALIDATED = 901,
    CAPTURE_UNJOINED = 904
};

// Objects that must be destroyed; a handle is one's address.
void created(const void* object, const char* kind);
bool destroyed(const void* object, const char* kind);
bool alive(const void* object, const char* kind);

// Whether [address, address + bytes) is memory of this thread's device, or of any, that is not free.
bool on_device(const void* address, int64_t bytes);
bool on_any_device(const void* address, int64_t bytes);

struct Stream;

// Runs the work now, or makes it a node if the stream is being captured. `work` returns a status.
int enqueue(Stream* stream, std::function<int()> work);

// Work that can't run before others are there: it is asked again whenever something has happened,
// until it is true. What comes after it on the stream waits.
int enqueue_waiting(Stream* stream, std::function<bool()> done);

// Lets all streams go on as far as they can.
void go_on();

// The device that this thread has chosen.
int chosen_device();
void choose_device(int chosen);

// In a capture of this thread nothing may be allocated, freed or waited for.
bool capturing();
int forbidden(const char* function);

// The kernels, by name: unpacks the arguments, which are copied, into work for enqueue.
std::function<int()> kernel_work(const std::string& name, unsigned grid_x, unsigned grid_y,
                                 unsigned block_x, unsigned block_y, void** arguments);
bool has_kernel(const std::string& name);

// A float as the tensor cores take it: rounded to 10 bits of mantissa.
inline float tf32(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if ((bits & 0x7F800000) == 0x7F800000) return value;
    bits = (bits + 0x0FFF + ((bits >> 13) & 1)) & 0xFFFFE000;
    memcpy(&value, &bits, 4);
    return value;
}

// The same to the 7 bits of bf16.
inline float bf16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if ((bits & 0x7F800000) == 0x7F800000) return value;
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000;
    memcpy(&value, &bits, 4);
    return value;
}

#define FAIL_IF_INJECTED(function) \
    standin::Guard guard;          \
    if (standin::injected(function)) return standin::control().status
#define FORBIDDEN_IN_CAPTURE(function) \
    if (standin::capturing()) return standin::forbidden(function)

}  // namespace standin
