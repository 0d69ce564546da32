// How a kernel gets its arguments: as 64-bit words in one block, in the order of its parameters. A
// number is one word. A pointer is two: where replica 0 begins, and the bytes from one replica to
// the next; the kernel sees the replica that it works on. Arguments.java writes the block.
#pragma once

struct Block {
    int64_t count;  // of the words that follow
    int64_t words[31];
};

template <class T>
struct Argument {
    static const int WORDS = 1;
    static GAN4J_FN T of(const int64_t* words, int64_t) {
        union {
            int64_t word;
            T value;
        } bits;
        bits.word = words[0];
        return bits.value;
    }
};

template <class T>
struct Argument<T*> {
    static const int WORDS = 2;
    static GAN4J_FN T* of(const int64_t* words, int64_t replica) {
        return words[0] == 0 ? nullptr : (T*)GAN4J_GLOBAL(words[0] + replica * words[1]);
    }
};

// Calls `call` with the arguments of types A, the words of which begin at `words`.
template <class... A>
struct Unpack;

template <>
struct Unpack<> {
    static const int WORDS = 0;
    template <class Call, class... Done>
    static GAN4J_FN auto call(Call call, const int64_t*, int64_t, Done... done) {
        return call(done...);
    }
};

template <class A, class... Rest>
struct Unpack<A, Rest...> {
    static const int WORDS = Argument<A>::WORDS + Unpack<Rest...>::WORDS;
    template <class Call, class... Done>
    static GAN4J_FN auto call(Call call, const int64_t* words, int64_t replica, Done... done) {
        return Unpack<Rest...>::call(call, words + Argument<A>::WORDS, replica, done...,
                                     Argument<A>::of(words, replica));
    }
};

// A kernel with its signature erased.
template <auto F>
struct Kernel;

template <class... A, void (*F)(A...)>
struct Kernel<F> {
    typedef Unpack<A...> Arguments;
    struct Call {
        GAN4J_FN void operator()(A... arguments) const { F(arguments...); }
    };
    static GAN4J_FN void run(const int64_t* words, int64_t replica) {
        Arguments::call(Call(), words, replica);
    }
};
