// libcudart: devices and their memory.
#include "standin.h"

namespace standin {

struct Block {
    int64_t bytes;
    int device;
};

static thread_local int device = 0;

int chosen_device() { return device; }

void choose_device(int chosen) { device = chosen; }

static std::map<const char*, Block>& blocks() {
    static std::map<const char*, Block> all;
    return all;
}

// Null if it is in none.
static const Block* block_of(const void* address, int64_t bytes) {
    auto next = blocks().upper_bound((const char*)address);
    if (next == blocks().begin()) return nullptr;
    auto block = std::prev(next);
    bool within = (const char*)address + bytes <= block->first + block->second.bytes;
    return within ? &block->second : nullptr;
}

bool on_any_device(const void* address, int64_t bytes) {
    return block_of(address, bytes) != nullptr;
}

bool on_device(const void* address, int64_t bytes) {
    const Block* block = block_of(address, bytes);
    return block != nullptr && block->device == device;
}

}  // namespace standin

using namespace standin;

#define CUDA(function) FAIL_IF_INJECTED(function)

EXPORT int cudaGetDeviceCount(int* count) {
    CUDA("cudaGetDeviceCount");
    *count = control().devices;
    if (control().driver_version < control().runtime_version / 1000 * 1000)
        return INSUFFICIENT_DRIVER;
    return *count == 0 ? NO_DEVICE : SUCCESS;
}

EXPORT int cudaSetDevice(int chosen) {
    CUDA("cudaSetDevice");
    FORBIDDEN_IN_CAPTURE("cudaSetDevice");
    if (chosen >= control().devices) return INVALID_DEVICE;
    device = chosen;
    return SUCCESS;
}

EXPORT int cudaGetDevice(int* chosen) {
    CUDA("cudaGetDevice");
    *chosen = device;
    return SUCCESS;
}

EXPORT int cudaMalloc(void** block, size_t bytes) {
    CUDA("cudaMalloc");
    FORBIDDEN_IN_CAPTURE("cudaMalloc");
    if (control().bytes + (int64_t)bytes > control().memory) return MEMORY_ALLOCATION;
    void* made = nullptr;
    if (posix_memalign(&made, 256, bytes) != 0) return MEMORY_ALLOCATION;
    memset(made, 0xFF, bytes);
    blocks()[(const char*)made] = {(int64_t)bytes, device};
    control().bytes += (int64_t)bytes;
    control().touched |= 1LL << device;
    *block = made;
    return SUCCESS;
}

EXPORT int cudaFree(void* block) {
    CUDA("cudaFree");
    FORBIDDEN_IN_CAPTURE("cudaFree");
    auto found = blocks().find((const char*)block);
    if (found == blocks().end())
        return block == nullptr ? SUCCESS : violation(INVALID_VALUE, "frees what is not allocated");
    control().bytes -= found->second.bytes;
    blocks().erase(found);
    free(block);
    return SUCCESS;
}

EXPORT int cudaMemGetInfo(size_t* available, size_t* total) {
    CUDA("cudaMemGetInfo");
    *total = (size_t)control().memory;
    *available = (size_t)(control().memory - control().bytes);
    return SUCCESS;
}
