// One launch of a kernel, for runs under sanitizers: every buffer is a block of memory of its own,
// for each replica, and not a byte larger than the kernel may use.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../../../main/native/cpu/kernels.h"

namespace sanitize {

// How Kernel.java counts a kernel's items, which a GPU cuts into blocks.
enum Grid { ELEMENTS, ROWS, WARP_ROWS, COLUMNS, WHOLE_COLUMNS, CHANNELS, SUM, TILES, EXAMPLES, ONE_THREAD };

// What stands in the buffers.
enum Content { NUMBERS, ANY_BITS };

const int REPLICAS = 2;

class Launch {
   public:
    Launch(std::string name, Grid grid, int64_t items, int64_t rows = 1)
        : name(std::move(name)), grid(grid), items(items), rows(rows) {}

    // A buffer of n elements that begins `shift` elements behind a multiple of 16 bytes.
    template <class T>
    Launch& buffer(int64_t n, int64_t shift = 0) {
        int64_t first = (int64_t)make<T>(n, shift);
        words.push_back(first);
        words.push_back((int64_t)make<T>(n, shift) - first);
        return *this;
    }

    // One that all replicas share.
    template <class T>
    Launch& shared(int64_t n) {
        words.push_back((int64_t)make<T>(n, 0));
        words.push_back(0);
        return *this;
    }

    Launch& null() {
        words.push_back(0);
        words.push_back(0);
        return *this;
    }

    template <class T>
    Launch& optional(bool there, int64_t n) {
        return there ? buffer<T>(n) : null();
    }

    template <class T>
    Launch& value(T value) {
        int64_t word = 0;
        memcpy(&word, &value, sizeof value);
        words.push_back(word);
        return *this;
    }

    Launch& numbers(std::initializer_list<int64_t> values) {
        words.insert(words.end(), values);
        return *this;
    }

    // Room for sums and for counts that are 0.
    Launch& room(int64_t doubles, int64_t counters) {
        content = NUMBERS;
        buffer<double>(doubles);
        zero = true;
        return buffer<unsigned>(counters);
    }

    Launch& filled(Content with) {
        content = with;
        return *this;
    }

    // Of all bytes of all buffers, as they are now: FNV-1a. Which NaN a number is does not count:
    // processors differ in that.
    uint64_t digest() const {
        uint64_t hash = 0xCBF29CE484222325u;
        for (const Filled& each : buffers)
            for (int64_t i = 0; i < each.bytes; i++)
                hash = (hash ^ (each.is_nan(i) ? 0xFF : each.at[i])) * 0x100000001B3u;
        return hash;
    }

    std::string name;
    Grid grid;
    int64_t items, rows;
    std::vector<int64_t> words;

   private:
    template <class T>
    T* make(int64_t n, int64_t shift) {
        char* bytes = new char[(n + shift) * sizeof(T)];
        memory.emplace_back(bytes);
        T* at = (T*)bytes + shift;
        buffers.push_back({(unsigned char*)at, n * (int64_t)sizeof(T), std::is_same_v<T, float>,
                           std::is_same_v<T, double> || std::is_class_v<T>});
        fill(at, n);
        return at;
    }

    template <class T>
    void fill(T* at, int64_t n) {
        static std::mt19937 random(1);
        for (int64_t i = 0; i < n; i++) {
            for (size_t b = 0; b < sizeof(T); b++) ((unsigned char*)(at + i))[b] = random();
            if constexpr (std::is_floating_point_v<T>)
                if (content == NUMBERS) at[i] = (T)(random() / 1e9 - 2);
            if constexpr (std::is_same_v<T, gan4j::plain::State>)
                if (content == NUMBERS) make_numbers(at[i]);
            if (zero) at[i] = T();
        }
    }

    // As training has them: its rates and betas, sums that are no NaN.
    static void make_numbers(gan4j::plain::State& state) {
        uint64_t seed = state.seed;
        state = {};
        state.seed = seed;
        state.step = 1234;
        state.learning_rate = state.learning_rate_initial = 0.1;
        state.gradient_factor = -0.1f;
        state.momentum = 0.6f;
        state.learning_rate_decay = 1.000004;
        state.learning_rate_minimum = 1e-6;
        state.momentum_initial = 0.5;
        state.momentum_last = 0.7;
        state.momentum_epochs = 250;
        state.iterations_per_epoch = 77;
        state.minibatches_per_iteration = 2;
        state.update_square = 3.5;
        state.adam_beta1 = 0.9;
        state.adam_beta2 = 0.999;
        state.adam_epsilon = 1e-8;
    }

    Content content = NUMBERS;
    bool zero = false;
    std::vector<std::unique_ptr<char[]>> memory;

    struct Filled {
        unsigned char* at;
        int64_t bytes;
        bool floats, doubles;

        // Whether byte i is of one.
        bool is_nan(int64_t i) const {
            float narrow = 0;
            double wide = 0;
            if (floats) memcpy(&narrow, at + i / 4 * 4, sizeof narrow);
            if (doubles) memcpy(&wide, at + i / 8 * 8, sizeof wide);
            return narrow != narrow || wide != wide;
        }
    };

    std::vector<Filled> buffers;
};

}  // namespace sanitize
