// libnccl: communicators among the threads of this process, that never wait in a call.
#include "standin.h"

#include <memory>

using namespace standin;

// ncclResult_t
enum { INVALID_ARGUMENT = 4, INVALID_USAGE = 5, REMOTE_ERROR = 6, IN_PROGRESS = 7 };
enum { FLOAT = 7, AVERAGE = 4 };

struct Id {
    char bytes[128];
};

// As it was in 2.14: later versions take it as it is.
struct Config {
    size_t size;
    unsigned magic, version;
    int blocking;
};

struct Comm;

// One call of all ranks.
struct Collective {
    bool reduces;
    size_t count;
    std::vector<const float*> from;
    std::vector<float*> to;
    size_t arrived = 0, ended = 0;
};

struct Meeting {
    std::vector<Comm*> members;  // null where nobody is yet
    size_t arrived = 0;
    bool lost = false;  // a member was aborted
    std::map<int64_t, Collective> calls;
};

struct Comm {
    std::shared_ptr<Meeting> meeting;
    size_t rank;
    int device;
    int64_t calls = 0;
    bool aborted = false;
};

static std::map<std::string, std::shared_ptr<Meeting>>& meetings() {
    static std::map<std::string, std::shared_ptr<Meeting>> all;
    return all;
}

static Comm* checked(void* comm) { return alive(comm, "comm") ? (Comm*)comm : nullptr; }

// What was called since a group began.
static thread_local std::vector<std::function<int()>> group;
static thread_local int depth = 0;

EXPORT const char* ncclGetErrorString(int status) {
    return status == REMOTE_ERROR ? "remote process exited or there was a network error"
                                  : "NCCL_STAND_IN";
}

EXPORT int ncclGetVersion(int* version) {
    FAIL_IF_INJECTED("ncclGetVersion");
    *version = 22903;
    return 0;
}

EXPORT int ncclGetUniqueId(Id* id) {
    FAIL_IF_INJECTED("ncclGetUniqueId");
    static int made = 0;
    memset(id, 0, sizeof *id);
    snprintf(id->bytes, sizeof id->bytes, "meeting %d", ++made);
    return 0;
}

EXPORT int ncclCommInitRankConfig(void** comm, int ranks, Id id, int rank, const Config* config) {
    FAIL_IF_INJECTED("ncclCommInitRankConfig");
    FORBIDDEN_IN_CAPTURE("ncclCommInitRankConfig");
    if (config->magic != 0xcafebeef || config->version != 21400 || config->size != sizeof(Config) ||
        config->blocking != 0)
        return violation(INVALID_ARGUMENT, "a configuration that is not modelled");
    std::shared_ptr<Meeting>& meeting = meetings()[id.bytes];
    if (meeting == nullptr) {
        meeting = std::make_shared<Meeting>();
        meeting->members.resize((size_t)ranks);
    }
    if (meeting->members.size() != (size_t)ranks || rank < 0 || rank >= ranks ||
        meeting->members[(size_t)rank] != nullptr)
        return violation(INVALID_ARGUMENT, "a rank that can't be");
    for (Comm* other : meeting->members)
        if (other != nullptr && other->device == chosen_device())
            return violation(INVALID_USAGE, "two ranks on one device");
    Comm* made = new Comm{meeting, (size_t)rank, chosen_device()};
    meeting->members[(size_t)rank] = made;
    created(made, "comm");
    *comm = made;
    return ++meeting->arrived == (size_t)ranks ? 0 : IN_PROGRESS;
}

EXPORT int ncclCommGetAsyncError(void* comm, int* status) {
    FAIL_IF_INJECTED("ncclCommGetAsyncError");
    Comm* own = checked(comm);
    if (own == nullptr) return violation(INVALID_ARGUMENT, "asks no communicator");
    *status = own->meeting->lost                                          ? REMOTE_ERROR
              : own->meeting->arrived < own->meeting->members.size() ? IN_PROGRESS
                                                                     : 0;
    return 0;
}

static void finish(Collective& call) {
    size_t ranks = call.from.size();
    if (!call.reduces) {
        for (float* to : call.to)
            for (size_t r = 0; r < ranks; r++)
                memcpy(to + r * call.count, call.from[r], call.count * sizeof(float));
        return;
    }
    for (size_t i = 0; i < call.count; i++) {
        double sum = 0;
        for (const float* from : call.from) sum += from[i];
        for (float* to : call.to) to[i] = (float)(sum / (double)ranks);
    }
}

// Whether this rank's part of the call is over.
static bool meet(Comm* own, int64_t number, bool& came, Collective of) {
    if (own->aborted) return true;
    Meeting& meeting = *own->meeting;
    Collective& call = meeting.calls.emplace(number, of).first->second;
    if (!came) {
        came = true;
        if (call.reduces != of.reduces || call.count != of.count)
            violation(INVALID_USAGE, "ranks call different collectives");
        call.from.resize(meeting.members.size());
        call.to.resize(meeting.members.size());
        call.from[own->rank] = of.from[0];
        call.to[own->rank] = of.to[0];
        if (++call.arrived == meeting.members.size()) finish(call);
    }
    if (call.arrived < meeting.members.size()) return false;
    if (++call.ended == meeting.members.size()) meeting.calls.erase(number);
    return true;
}

static int collective(const char* name, bool reduces, const void* from, void* to, size_t count,
                      int type, void* comm, void* stream) {
    Comm* own = checked(comm);
    if (own == nullptr || type != FLOAT || depth == 0)
        return violation(INVALID_ARGUMENT, std::string(name) + " in a way that is not modelled");
    int64_t bytes = (int64_t)(count * sizeof(float));
    int64_t received = bytes * (reduces ? 1 : (int64_t)own->meeting->members.size());
    if (!on_device(from, bytes) || !on_device(to, received))
        return violation(INVALID_ARGUMENT, std::string(name) + " outside of device memory");
    int64_t number = own->calls++;
    Collective call{reduces, count, {(const float*)from}, {(float*)to}};
    group.push_back([=] {
        control().collectives++;
        return enqueue_waiting((Stream*)stream, [=, came = false]() mutable {
            return meet(own, number, came, call);
        });
    });
    return 0;
}

EXPORT int ncclAllReduce(const void* from, void* to, size_t count, int type, int operation,
                         void* comm, void* stream) {
    FAIL_IF_INJECTED("ncclAllReduce");
    if (operation != AVERAGE) return violation(INVALID_ARGUMENT, "a reduction that is not modelled");
    return collective("ncclAllReduce", true, from, to, count, type, comm, stream);
}

EXPORT int ncclAllGather(const void* from, void* to, size_t count, int type, void* comm,
                         void* stream) {
    FAIL_IF_INJECTED("ncclAllGather");
    return collective("ncclAllGather", false, from, to, count, type, comm, stream);
}

EXPORT int ncclGroupStart() {
    FAIL_IF_INJECTED("ncclGroupStart");
    depth++;
    return 0;
}

EXPORT int ncclGroupEnd() {
    bool fails;
    {
        Guard guard;
        fails = injected("ncclGroupEnd");
        if (depth == 0) return violation(INVALID_USAGE, "ends no group");
        depth--;
        std::vector<std::function<int()>> calls;
        calls.swap(group);
        if (fails) return control().status;
        for (auto& call : calls) {
            int status = call();
            if (status != 0) return status;
        }
    }
    return 0;
}

static void leave(Comm* comm) {
    comm->meeting->members[comm->rank] = nullptr;
    destroyed(comm, "comm");
    // Kept: calls that waited still look at it.
    static std::vector<std::unique_ptr<Comm>> left;
    left.emplace_back(comm);
}

EXPORT int ncclCommFinalize(void* comm) {
    FAIL_IF_INJECTED("ncclCommFinalize");
    return checked(comm) ? 0 : violation(INVALID_ARGUMENT, "finalizes no communicator");
}

EXPORT int ncclCommDestroy(void* comm) {
    FAIL_IF_INJECTED("ncclCommDestroy");
    if (!checked(comm)) return violation(INVALID_ARGUMENT, "destroys no communicator");
    leave((Comm*)comm);
    return 0;
}

EXPORT int ncclCommAbort(void* comm) {
    FAIL_IF_INJECTED("ncclCommAbort");
    if (!checked(comm)) return violation(INVALID_ARGUMENT, "aborts no communicator");
    Comm* own = (Comm*)comm;
    own->aborted = true;
    own->meeting->lost = true;
    leave(own);
    go_on();
    return 0;
}
