// One launch of a kernel, for runs under sanitizers: every buffer is a block of memory of its own,
// for each replica, and not a byte larger than the kernel may use.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sanitize {

// How Kernel.java counts a kernel's items, which a GPU cuts into blocks.
enum Grid { ELEMENTS, ROWS, WARP_ROWS, COLUMNS, WHOLE_COLUMNS, CHANNELS, SUM, EXAMPLES, ONE_THREAD };

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
            if (zero) at[i] = T();
        }
    }

    Content content = NUMBERS;
    bool zero = false;
    std::vector<std::unique_ptr<char[]>> memory;
};

}  // namespace sanitize
