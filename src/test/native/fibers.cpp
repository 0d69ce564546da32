#include "fibers.h"

#include <cstdint>
#include <cstdlib>
#include <vector>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace standin {

#if defined(__SANITIZE_ADDRESS__)
static const size_t STACK_BYTES = 128 << 10;
// The frames of a fiber that ended never returned.
static void forget_frames(char* stack) { ASAN_UNPOISON_MEMORY_REGION(stack, STACK_BYTES); }
#else
static const size_t STACK_BYTES = 16 << 10;
static void forget_frames(char*) {}
#endif
static const std::function<void()>* current_body;

static void fiber_main();

#if defined(__x86_64__)

// A stack pointer, under which the registers lie that a call preserves. Much faster than
// swapcontext, which asks the system for the signal mask.
struct Context {
    void* stack_pointer;
};

extern "C" void standin_switch(Context* from, Context* to);
asm(R"(
.text
.type standin_switch, @function
standin_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq (%rsi), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size standin_switch, .-standin_switch
)");

static void begin(Context* context, char* stack) {
    forget_frames(stack);
    uint64_t* top = (uint64_t*)((uintptr_t)(stack + STACK_BYTES) & ~(uintptr_t)15);
    *--top = 0;  // where fiber_main would return to; it also aligns the stack as a call does
    *--top = (uint64_t)&fiber_main;
    for (int i = 0; i < 6; i++) *--top = 0;
    context->stack_pointer = top;
}

static void change(Context* from, Context* to) { standin_switch(from, to); }

#else

typedef ucontext_t Context;

static void begin(Context* context, char* stack) {
    forget_frames(stack);
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK_BYTES;
    context->uc_link = nullptr;
    makecontext(context, fiber_main, 0);
}

static void change(Context* from, Context* to) { swapcontext(from, to); }

#endif

struct Fiber {
    Context context;
    char* stack;
    bool finished = false;
};

// The stacks begin at different places of a page, or they would drive each other out of the cache.
static std::vector<Fiber> make_fibers(size_t count) {
    const size_t STAGGER = 192;
    std::vector<Fiber> fibers(count);
    char* stacks = (char*)malloc(count * (STACK_BYTES + STAGGER));
    for (size_t i = 0; i < count; i++) fibers[i].stack = stacks + i * (STACK_BYTES + STAGGER);
    return fibers;
}

static Context scheduler;
static Fiber* running;

static void fiber_main() {
    (*current_body)();
    running->finished = true;
    change(&running->context, &scheduler);
    abort();
}

// A thread that meets no barrier needs no stack of its own.
static bool alone;
static bool met_alone;

void barrier() {
    if (alone)
        met_alone = true;
    else
        change(&running->context, &scheduler);
}

static void run_fiber(Fiber& fiber) {
    running = &fiber;
    change(&scheduler, &fiber.context);
}

bool run_fibers(unsigned threads, const std::function<void(unsigned)>& select,
                const std::function<void()>& body) {
    static std::vector<Fiber> fibers = make_fibers(1024);
    current_body = &body;
    for (unsigned i = 0; i < threads; i++) fibers[i].finished = false;
    select(0);
    begin(&fibers[0].context, fibers[0].stack);
    run_fiber(fibers[0]);
    if (fibers[0].finished) {
        alone = true;
        met_alone = false;
        for (unsigned i = 1; i < threads; i++) {
            select(i);
            body();
        }
        alone = false;
        return !met_alone;
    }
    for (unsigned i = 1; i < threads; i++) {
        select(i);
        begin(&fibers[i].context, fibers[i].stack);
        run_fiber(fibers[i]);
    }
    for (;;) {
        unsigned ended = 0;
        for (unsigned i = 0; i < threads; i++) ended += fibers[i].finished;
        if (ended != 0) return ended == threads;
        for (unsigned i = 0; i < threads; i++) {
            select(i);
            run_fiber(fibers[i]);
        }
    }
}

}  // namespace standin
