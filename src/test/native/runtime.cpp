// libcudart and libcuda: versions, copies, streams, events, graphs, modules.
#include "standin.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>

namespace standin {

static Control* map_control() {
    const char* path = getenv("GAN4J_STANDIN");
    int file = path == nullptr ? -1 : open(path, O_RDWR);
    void* mapped = MAP_FAILED;
    if (file >= 0) {
        mapped = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
    }
    static Control own;
    return mapped == MAP_FAILED ? &own : (Control*)mapped;
}

Control& control() {
    static Control* shared = map_control();
    return *shared;
}

static std::mutex& mutex() {
    static std::mutex one;
    return one;
}

static std::condition_variable& changed() {
    static std::condition_variable one;
    return one;
}

Guard::Guard() : held(mutex()) {}

void wait_until(Guard& guard, const std::function<bool()>& done) {
    changed().wait(guard.held, done);
}

bool injected(const char* function) {
    Control& c = control();
    if (!c.armed || strncmp(c.name, function, sizeof c.name) != 0 || --c.countdown > 0)
        return false;
    c.armed = 0;
    c.fired = 1;
    return true;
}

int violation(int status, const std::string& what) {
    Control& c = control();
    if (c.violations++ == 0) strncpy(c.violation, what.c_str(), sizeof c.violation - 1);
    return status;
}

static std::map<const void*, std::string>& objects() {
    static std::map<const void*, std::string> all;
    return all;
}

void created(const void* object, const char* kind) {
    objects()[object] = kind;
    control().objects++;
}

bool alive(const void* object, const char* kind) {
    auto found = objects().find(object);
    return found != objects().end() && found->second == kind;
}

bool destroyed(const void* object, const char* kind) {
    if (!alive(object, kind)) return false;
    objects().erase(object);
    control().objects--;
    return true;
}

// ---- streams and capture ----

struct Node {
    std::function<int()> work;
    std::set<size_t> after;
    bool kernel;
};

struct Graph {
    std::vector<Node> nodes;
};

struct Stream {
    int device;  // whose it is
    std::shared_ptr<Graph> capture;  // null unless captured
    bool origin = false;
    std::set<size_t> last;  // nodes that the next one follows
    bool early = false;     // before they are through
    std::deque<std::function<bool()>> waiting;  // true once done
};

struct Executable {
    Graph graph;
    int64_t launches = 0;
};

// One capture at a time of each thread.
static thread_local std::shared_ptr<Graph> current;
static thread_local bool invalidated = false;
static thread_local bool launching = false;  // a kernel

bool capturing() { return current != nullptr; }

int forbidden(const char* function) {
    invalidated = true;
    return violation(CAPTURE_UNSUPPORTED, std::string(function) + " inside a capture");
}

static Stream* checked(void* stream) {
    return alive(stream, "stream") ? (Stream*)stream : nullptr;
}

int enqueue(Stream* stream, std::function<int()> work) {
    if (checked(stream) == nullptr) return violation(INVALID_HANDLE, "a stream that is not open");
    if (stream->capture == nullptr) {
        if (capturing()) {
            invalidated = true;
            return violation(CAPTURE_UNSUPPORTED, "work for an unrecorded stream inside a capture");
        }
        if (stream->waiting.empty()) return work();
        stream->waiting.push_back([work = std::move(work)] {
            int status = work();
            if (status != SUCCESS) violation(status, "work that had waited for other ranks");
            return true;
        });
        return SUCCESS;
    }
    if (stream->early && !launching)
        return violation(INVALID_VALUE, "what is no kernel begins before another one is through");
    stream->early = false;
    stream->capture->nodes.push_back({std::move(work), stream->last, launching});
    stream->last = {stream->capture->nodes.size() - 1};
    return SUCCESS;
}

int enqueue_waiting(Stream* stream, std::function<bool()> done) {
    if (checked(stream) == nullptr) return violation(INVALID_HANDLE, "a stream that is not open");
    if (stream->capture != nullptr)
        return violation(CAPTURE_UNSUPPORTED, "collectives are not modelled inside a capture");
    stream->waiting.push_back(std::move(done));
    go_on();
    return SUCCESS;
}

// Runs every node; `late` puts each off as long as its dependencies allow.
static int run(const Graph& graph, bool late) {
    size_t count = graph.nodes.size();
    std::vector<size_t> missing(count);
    std::vector<std::vector<size_t>> followers(count);
    std::set<size_t> ready;
    for (size_t i = 0; i < count; i++) {
        missing[i] = graph.nodes[i].after.size();
        if (missing[i] == 0) ready.insert(i);
        for (size_t before : graph.nodes[i].after) followers[before].push_back(i);
    }
    while (!ready.empty()) {
        size_t chosen = late ? *ready.rbegin() : *ready.begin();
        ready.erase(chosen);
        int status = graph.nodes[chosen].work();
        if (status != SUCCESS) return status;
        for (size_t next : followers[chosen])
            if (--missing[next] == 0) ready.insert(next);
    }
    return SUCCESS;
}

// Whether every node comes before the end of the origin stream.
static bool all_joined(const Graph& graph, std::set<size_t> reached) {
    std::vector<size_t> open(reached.begin(), reached.end());
    while (!open.empty()) {
        size_t node = open.back();
        open.pop_back();
        for (size_t before : graph.nodes[node].after)
            if (reached.insert(before).second) open.push_back(before);
    }
    return reached.size() == graph.nodes.size();
}

static std::vector<Stream*>& streams() {
    static std::vector<Stream*> all;
    return all;
}

void go_on() {
    int chosen = chosen_device();
    for (bool any = true; any;) {
        any = false;
        for (Stream* stream : streams()) {
            choose_device(stream->device);  // whichever thread it is that goes on
            while (!stream->waiting.empty() && stream->waiting.front()()) {
                stream->waiting.pop_front();
                any = true;
            }
        }
    }
    choose_device(chosen);
    changed().notify_all();
}

}  // namespace standin

using namespace standin;

#define CUDA(function) FAIL_IF_INJECTED(function)

// ---- versions ----

EXPORT int cudaDriverGetVersion(int* version) {
    CUDA("cudaDriverGetVersion");
    *version = control().driver_version;
    return SUCCESS;
}

EXPORT int cudaRuntimeGetVersion(int* version) {
    CUDA("cudaRuntimeGetVersion");
    *version = control().runtime_version;
    return SUCCESS;
}

EXPORT int cudaDeviceGetAttribute(int* value, int attribute, int) {
    CUDA("cudaDeviceGetAttribute");
    if (attribute != 75 && attribute != 76)
        return violation(INVALID_VALUE, "an attribute that is not modelled");
    *value = attribute == 75 ? control().capability / 10 : control().capability % 10;
    return SUCCESS;
}

EXPORT int cuDeviceGetName(char* name, int length, int) {
    CUDA("cuDeviceGetName");
    strncpy(name, "stand-in", (size_t)length);
    return SUCCESS;
}

EXPORT int cuDeviceGetUuid_v2(void* uuid, int of) {
    CUDA("cuDeviceGetUuid");
    memset(uuid, of, 16);
    return SUCCESS;
}

EXPORT const char* cudaGetErrorName(int status) {
    return status == MEMORY_ALLOCATION ? "cudaErrorMemoryAllocation" : "cudaErrorStandIn";
}

EXPORT const char* cudaGetErrorString(int status) {
    static std::string text;
    text = "status " + std::to_string(status);
    return text.c_str();
}

EXPORT int cudaGetLastError() { return SUCCESS; }

// ---- copies ----

EXPORT int cudaMemsetAsync(void* to, int value, size_t bytes, void* stream) {
    CUDA("cudaMemsetAsync");
    return enqueue((Stream*)stream, [=] {
        if (!on_device(to, (int64_t)bytes))
            return violation(ILLEGAL_ADDRESS, "a memset outside of device memory");
        memset(to, value, bytes);
        return (int)SUCCESS;
    });
}

EXPORT int cudaMemcpyAsync(void* to, const void* from, size_t bytes, int kind, void* stream) {
    CUDA("cudaMemcpyAsync");
    if (checked(stream) == nullptr) return violation(INVALID_HANDLE, "a copy on no stream");
    bool up = kind == 1, down = kind == 2, aside = kind == 3;
    if (((Stream*)stream)->capture != nullptr && !aside)
        return forbidden("a copy from or to the host");
    if ((!up && !down && !aside) || on_any_device(to, (int64_t)bytes) != (up || aside) ||
        on_any_device(from, (int64_t)bytes) != (down || aside) ||
        (!aside && on_any_device(up ? from : to, 1)))
        return violation(INVALID_VALUE, "a copy whose direction its addresses contradict");
    return enqueue((Stream*)stream, [=] {
        memcpy(to, from, bytes);
        return (int)SUCCESS;
    });
}

// ---- streams ----

EXPORT int cudaStreamCreateWithFlags(void** stream, unsigned) {
    CUDA("cudaStreamCreateWithFlags");
    FORBIDDEN_IN_CAPTURE("cudaStreamCreateWithFlags");
    Stream* made = new Stream();
    made->device = chosen_device();
    streams().push_back(made);
    created(made, "stream");
    *stream = made;
    return SUCCESS;
}

EXPORT int cudaStreamDestroy(void* stream) {
    CUDA("cudaStreamDestroy");
    if (!destroyed(stream, "stream")) return violation(INVALID_HANDLE, "destroys no stream");
    streams().erase(std::find(streams().begin(), streams().end(), (Stream*)stream));
    delete (Stream*)stream;
    return SUCCESS;
}

EXPORT int cudaStreamSynchronize(void* stream) {
    CUDA("cudaStreamSynchronize");
    FORBIDDEN_IN_CAPTURE("cudaStreamSynchronize");
    if (!checked(stream)) return violation(INVALID_HANDLE, "waits for no stream");
    wait_until(guard, [=] { return ((Stream*)stream)->waiting.empty(); });
    return SUCCESS;
}

EXPORT int cudaStreamQuery(void* stream) {
    CUDA("cudaStreamQuery");
    FORBIDDEN_IN_CAPTURE("cudaStreamQuery");
    if (!checked(stream)) return violation(INVALID_HANDLE, "asks no stream");
    return ((Stream*)stream)->waiting.empty() ? SUCCESS : NOT_READY;
}

// ---- graphs ----

EXPORT int cudaStreamBeginCapture(void* stream, int mode) {
    CUDA("cudaStreamBeginCapture");
    if (!checked(stream) || capturing() || mode != 1)
        return violation(INVALID_VALUE, "begins a capture in a wrong way");
    Stream* origin = (Stream*)stream;
    current = origin->capture = std::make_shared<Graph>();
    origin->origin = true;
    origin->last.clear();
    invalidated = false;
    return SUCCESS;
}

// A node's handle is its number, from 1.
static uintptr_t handle_of(size_t node) { return (uintptr_t)node + 1; }

EXPORT int cudaStreamGetCaptureInfo(void* stream, int* status, unsigned long long* id, void** graph,
                                    const uintptr_t** nodes, const void** edges, size_t* count) {
    CUDA("cudaStreamGetCaptureInfo");
    static std::vector<uintptr_t> handles;
    Stream* captured = checked(stream);
    if (captured == nullptr || captured->capture == nullptr)
        return violation(INVALID_VALUE, "asks about a capture that is not going on");
    handles.clear();
    for (size_t node : captured->last) handles.push_back(handle_of(node));
    *status = 1;
    *id = 1;
    if (graph != nullptr) *graph = captured->capture.get();
    *nodes = handles.data();
    *edges = nullptr;
    *count = handles.size();
    return SUCCESS;
}

// cudaGraphEdgeData
struct Edge {
    uint8_t from_port, to_port, type, reserved[5];
};

// An edge of a kernel, the programmatic one, or none.
static bool is_early(const Edge& edge) {
    const Edge programmatic = {1, 0, 1, {0, 0, 0, 0, 0}};
    return memcmp(&edge, &programmatic, sizeof edge) == 0;
}

EXPORT int cudaStreamUpdateCaptureDependencies(void* stream, const uintptr_t* nodes,
                                               const Edge* edges, size_t count, unsigned how) {
    CUDA("cudaStreamUpdateCaptureDependencies");
    Stream* captured = checked(stream);
    if (captured == nullptr || captured->capture == nullptr || how > 1)
        return violation(INVALID_VALUE, "changes what is not being captured");
    if (edges != nullptr && (how != 1 || count != 1 || !is_early(edges[0])))
        return violation(INVALID_VALUE, "an edge that is not modelled");
    if (how == 1) captured->last.clear();
    captured->early = edges != nullptr;
    for (size_t i = 0; i < count; i++) {
        if (nodes[i] == 0 || nodes[i] > captured->capture->nodes.size())
            return violation(INVALID_VALUE, "a node that is not there");
        if (captured->early && !captured->capture->nodes[nodes[i] - 1].kernel)
            return violation(INVALID_VALUE, "a kernel begins early after what is none");
        captured->last.insert(nodes[i] - 1);
    }
    return SUCCESS;
}

// The nodes on the longest way through a graph.
static int64_t longest_chain(const Graph& graph) {
    std::vector<int64_t> length(graph.nodes.size(), 1);
    int64_t longest = 0;
    for (size_t i = 0; i < graph.nodes.size(); i++) {
        for (size_t before : graph.nodes[i].after)
            length[i] = std::max(length[i], length[before] + 1);
        longest = std::max(longest, length[i]);
    }
    return longest;
}

EXPORT int cudaStreamEndCapture(void* stream, void** graph) {
    Guard guard;
    bool fails = injected("cudaStreamEndCapture");
    if (!checked(stream) || !((Stream*)stream)->origin)
        return violation(INVALID_VALUE, "ends a capture that did not begin there");
    std::shared_ptr<Graph> made = current;
    bool joined = all_joined(*made, ((Stream*)stream)->last);
    for (Stream* each : streams()) {
        if (each->capture != made) continue;
        each->capture = nullptr;
        each->origin = false;
        each->last.clear();
    }
    current = nullptr;
    *graph = nullptr;
    if (fails) return control().status;
    if (invalidated) return CAPTURE_INVALIDATED;
    if (!joined) return violation(CAPTURE_UNJOINED, "a branch that the main stream never joins");
    Graph* result = new Graph(*made);
    control().chain = longest_chain(*result);
    control().nodes = (int64_t)result->nodes.size();
    created(result, "graph");
    *graph = result;
    return SUCCESS;
}

EXPORT int cudaGraphDestroy(void* graph) {
    CUDA("cudaGraphDestroy");
    if (!destroyed(graph, "graph")) return violation(INVALID_HANDLE, "destroys no graph");
    delete (Graph*)graph;
    return SUCCESS;
}

EXPORT int cudaGraphInstantiate(void** executable, void* graph, unsigned long long) {
    CUDA("cudaGraphInstantiate");
    FORBIDDEN_IN_CAPTURE("cudaGraphInstantiate");
    if (!alive(graph, "graph")) return violation(INVALID_HANDLE, "instantiates no graph");
    Executable* made = new Executable{*(Graph*)graph};
    created(made, "executable");
    *executable = made;
    return SUCCESS;
}

EXPORT int cudaGraphExecDestroy(void* executable) {
    CUDA("cudaGraphExecDestroy");
    if (!destroyed(executable, "executable"))
        return violation(INVALID_HANDLE, "destroys no executable graph");
    delete (Executable*)executable;
    return SUCCESS;
}

EXPORT int cudaGraphLaunch(void* executable, void* stream) {
    CUDA("cudaGraphLaunch");
    FORBIDDEN_IN_CAPTURE("cudaGraphLaunch");
    if (!alive(executable, "executable") || !checked(stream))
        return violation(INVALID_HANDLE, "launches what is not open");
    if (((Stream*)stream)->device != chosen_device())
        return violation(INVALID_HANDLE, "a graph's launch into a stream of another device");
    control().graph_launches++;
    Executable* launched = (Executable*)executable;
    bool late = launched->launches++ % 2 == 1;
    return enqueue((Stream*)stream, [=] { return run(launched->graph, late); });
}

// ---- modules and launches ----

struct Module {
    std::map<std::string, std::unique_ptr<std::string>> functions;
};

EXPORT int cuModuleLoadData(void** module, const void* image) {
    CUDA("cuModuleLoadData");
    FORBIDDEN_IN_CAPTURE("cuModuleLoadData");
    std::string wanted = "gan4j stand-in cubin sm_" + std::to_string(control().capability);
    if (strncmp((const char*)image, wanted.c_str(), wanted.size()) != 0)
        return violation(INVALID_IMAGE, "machine code that is not for this card");
    Module* made = new Module();
    created(made, "module");
    *module = made;
    return SUCCESS;
}

EXPORT int cuModuleUnload(void* module) {
    CUDA("cuModuleUnload");
    if (!destroyed(module, "module")) return violation(INVALID_HANDLE, "unloads no module");
    delete (Module*)module;
    return SUCCESS;
}

EXPORT int cuModuleGetFunction(void** function, void* module, const char* name) {
    CUDA("cuModuleGetFunction");
    if (!alive(module, "module")) return violation(INVALID_HANDLE, "a function of no module");
    if (!has_kernel(name)) return violation(NOT_FOUND, std::string("no kernel ") + name);
    std::unique_ptr<std::string>& kept = ((Module*)module)->functions[name];
    kept = std::make_unique<std::string>(name);
    *function = kept.get();
    return SUCCESS;
}

EXPORT int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                          unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                          void* stream, void** arguments, void** extra) {
    CUDA("cuLaunchKernel");
    if (grid_x == 0 || grid_x > 0x7FFFFFFF || grid_y == 0 || grid_y > 65535 || grid_z != 1 ||
        block_x == 0 || block_y == 0 || block_z != 1 || block_x * block_y > 1024 || shared != 0 ||
        extra != nullptr)
        return violation(INVALID_VALUE, "a launch of a size that no card takes");
    if (((Stream*)stream)->device != chosen_device())
        return violation(INVALID_HANDLE, "a launch into a stream of another device");
    control().launches++;
    if (capturing() && ((Stream*)stream)->early) control().early++;
    launching = true;
    int status = enqueue((Stream*)stream, kernel_work(*(std::string*)function, grid_x, grid_y,
                                                      block_x, block_y, arguments));
    launching = false;
    return status;
}
