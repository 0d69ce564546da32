// Every kernel on awkward sizes: alone, too few for a vector, too many for one thread. `run` takes
// a Launch. What a kernel is given stands in its parameters, in src/main/native/cpu.
#pragma once

#include <array>

#include "launch.h"

namespace sanitize {

typedef unsigned char Byte;
typedef gan4j::plain::State State;

const int SITE = -7;
const int64_t THRESHOLD = 1u << 31;

class Cases {
   public:
    Cases(Content content, void (*run)(Launch&)) : content(content), run(run) {}

    void all() {
        for (int64_t n : {1, 3, 64, 65, 22311}) elements(n);
        for (auto [rows, width] : std::vector<std::pair<int64_t, int64_t>>{
                 {1, 1}, {3, 31}, {5, 64}, {67, 333}, {530, 37}})
            matrix(rows, width);
        for (int64_t pieces : {1, 2, 3, 5, 7, 254}) {
            maxout(1, 1, pieces);
            maxout(33, pieces < 254 ? 34 : 3, pieces);
        }
        maxout(67, 333, 5);
        for (int64_t inputs : {1, 15, 16, 49, 100}) {
            gradients(1, inputs, 1, 1);
            gradients(35, inputs, 33, 5);
            gradients(3, inputs, 2, 254);
        }
        gradients(67, 100, 333, 5);
        pool({1, 1, 1, 1, 1});
        pool({1, 7, 9, 3, 2});
        pool({2, 8, 6, 3, 3});
        pool({1, 15, 31, 15, 4});
        pool({3, 5, 340, 4, 3});
        pool({254, 2, 3, 1, 1});
        masks(1, 1, 1, 1);
        masks(3, 3, 7, 9);
        masks(67, 1, 28, 28);
        for (int64_t fake : {1, 700})
            for (int64_t real : {1, 333}) losses(fake, real);
        for (int64_t columns : {1, 333, 2049})
            for (int64_t sigmas : {1, 9}) distances(5, columns, sigmas);
        go(begin("schedule", ONE_THREAD, 1).buffer<State>(1));
        go(begin("coordinate", ONE_THREAD, 1).buffer<State>(1).buffer<State>(1).value<int>(1));
        for (const char* name : {"advance", "settle"})
            for (bool other : {false, true})
                go(begin(name, ONE_THREAD, 1).buffer<State>(1).optional<State>(other, 1));
    }

    // Their parameters stand in src/main/native/cuda.
    void of_gpus_alone() {
        for (int64_t n : {1, 3, 64, 65, 2231})
            for (int64_t shift : {0, 1})
                go(begin("take_factors", ELEMENTS, n).buffer<float>(2 * n, shift).numbers({2 * n})
                       .buffer<float>(n, shift).numbers({n}).buffer<State>(1)
                       .shared<State>(REPLICAS).numbers({REPLICAS, (int64_t)sizeof(State)})
                       .shared<float>(2).buffer<float>(n, shift));
        for (auto [rows, inputs, outputs] : std::vector<std::array<int64_t, 3>>{
                 {1, 1, 1}, {3, 64, 65}, {33, 65, 64}, {67, 100, 12}, {100, 7, 130}})
            for (int64_t precision : {0, 1, 2})
                for (bool steps : {false, true})
                    go(begin("weight_step", TILES, inputs, outputs)
                           .optional<float>(steps, inputs * outputs).buffer<float>(inputs * outputs)
                           .optional<float>(steps, outputs).optional<float>(steps, outputs)
                           .buffer<float>(rows * inputs).buffer<float>(rows * outputs)
                           .numbers({rows, inputs, outputs, precision}).buffer<State>(1));
    }

   private:
    Launch begin(const char* name, Grid grid, int64_t items, int64_t rows = 1) {
        return std::move(Launch(name, grid, items, rows).filled(content));
    }

    void go(Launch& launch) { run(launch); }

    void elements(int64_t n) {
        for (int64_t shift : {0, 1}) {
            auto out = [&](const char* name) {
                return std::move(begin(name, ELEMENTS, n).buffer<float>(n, shift));
            };
            go(out("uniform").numbers({n}).value(0.5f).value(2.0f).buffer<State>(1).value(
                SITE));
            go(out("normal").null().numbers({n}).value(2.0f).buffer<State>(1).value(SITE));
            go(out("normal").buffer<float>(n).numbers({n}).value(2.0f)
                   .buffer<State>(1).value(SITE));
            for (int64_t width : {(int64_t)0, (int64_t)1, n})
                go(out("dropout").buffer<float>(n, shift)
                       .optional<float>(width > 0, width > 0 ? n / width : 1)
                       .numbers({n, width > 0 ? width : n, THRESHOLD}).value(2.0f)
                       .buffer<State>(1).value(SITE));
            go(out("fill").numbers({n}).value(0.1f));
            go(out("accumulate").buffer<float>(n, shift).numbers({n})
                   .buffer<State>(1));
            go(begin("update", SUM, n).buffer<float>(n, shift)
                   .buffer<float>(n, shift).numbers({n}).buffer<State>(1));
            go(begin("round", ELEMENTS, n).buffer<uint16_t>(n, shift).buffer<float>(n, shift)
                   .numbers({n}));
            go(out("follow").buffer<float>(n, shift).numbers({n}).value(0.5f));
            go(begin("matching_loss", SUM, n).buffer<float>(n, shift).numbers({n})
                   .buffer<State>(1));
            go(out("compose").buffer<float>(n).buffer<float>(n).buffer<float>(n).numbers({n}));
            go(out("completion_slope").buffer<float>(n).buffer<float>(n).buffer<float>(n)
                   .value(0.5f).numbers({n}));
            Launch adam = begin("adam", SUM, n);
            for (int i = 0; i < 4; i++) adam.buffer<float>(n, shift);
            go(adam.numbers({n, 3, 1}).buffer<State>(1));
        }
    }

    void matrix(int64_t rows, int64_t width) {
        int64_t n = rows * width;
        for (int64_t count : {1, 5, 200}) {
            go(begin("gather", WARP_ROWS, rows).buffer<float>(n)
                   .shared<Byte>(count * width).shared<float>(2 * count)
                   .numbers({rows, width, count, 3}).buffer<State>(1));
            go(begin("gather_rows", WARP_ROWS, rows).buffer<float>(n)
                   .shared<float>(count * width).numbers({rows, width, count, 3})
                   .buffer<State>(1));
        }
        int64_t first = 9, end = first + rows;
        go(begin("expand", WARP_ROWS, rows).buffer<float>(n)
               .shared<Byte>(end * width).shared<float>(2 * end)
               .numbers({first, rows, width}));
        go(begin("scale_rows", ELEMENTS, n).buffer<float>(n).buffer<float>(n)
               .buffer<float>(rows).numbers({rows, width}));
        go(begin("add_row", ELEMENTS, n).buffer<float>(n).buffer<float>(n)
               .buffer<float>(width).numbers({rows, width}));
        go(begin("squared_norms", ROWS, rows).buffer<float>(rows)
               .buffer<float>(n).numbers({rows, width}));
        go(begin("cross_entropy_slope", ELEMENTS, rows).buffer<float>(n)
               .buffer<float>(n).buffer<float>(n).numbers({rows, width}));
        go(begin("log_sum_rows", ELEMENTS, rows).buffer<float>(rows).buffer<float>(n)
               .numbers({rows, width}));
        go(begin("spread_rows", ELEMENTS, rows).buffer<float>(n).buffer<float>(n)
               .buffer<float>(rows).numbers({rows, width}));
        go(begin("match_means", WHOLE_COLUMNS, width, rows).buffer<float>(n)
               .buffer<float>(width).buffer<float>(n).buffer<float>(n).numbers({rows, width}));
        go(begin("cap_columns", WHOLE_COLUMNS, width, rows).buffer<float>(n)
               .numbers({rows, width}).value(10.0f));
        go(begin("weight_norm", WHOLE_COLUMNS, width, rows).buffer<float>(n)
               .buffer<float>(n).buffer<float>(width).numbers({rows, width}));
        for (bool learns : {false, true})
            go(begin("weight_norm_velocity", WHOLE_COLUMNS, width, rows).buffer<float>(n)
                   .optional<float>(learns, width).buffer<float>(n).buffer<float>(n)
                   .buffer<float>(width).numbers({rows, width}).buffer<State>(1));
        for (int training : {0, 1}) {
            for (int activation = 0; activation < 5; activation++) {
                Launch forward = begin("batch_norm_forward", WHOLE_COLUMNS, width, rows);
                forward.buffer<float>(n);
                for (int i = 0; i < 4; i++) forward.buffer<float>(width);
                go(forward.buffer<float>(n).buffer<float>(width).buffer<float>(width)
                       .numbers({rows, width}).value(0.1f).value(0.01f)
                       .numbers({activation, training}));
            }
            for (int64_t in_rows : {(int64_t)0, rows / 2, rows})
                for (int learns = 0; learns < 4; learns++)
                    go(begin("batch_norm_backward", WHOLE_COLUMNS, width, rows)
                           .optional<float>(in_rows > 0, in_rows * width)
                           .optional<float>((learns & 1) != 0, width)
                           .optional<float>((learns & 2) != 0, width)
                           .buffer<float>(n).buffer<float>(n).buffer<float>(width)
                           .buffer<float>(width).buffer<float>(width)
                           .numbers({rows, in_rows, width, training}).buffer<State>(1));
        }
        // The last columns of wider rows.
        go(begin("copy_columns", ELEMENTS, n).buffer<float>(rows * (width + 2))
               .numbers({2, width + 2}).buffer<float>(rows * (width + 1))
               .numbers({1, width + 1, rows, width}));
        for (int activation = 0; activation < 5; activation++) {
            for (bool all : {false, true})
                go(begin("activation_backward", COLUMNS, width, rows).buffer<float>(n)
                       .optional<float>(all, width).buffer<float>(n)
                       .optional<float>(all, rows).numbers({rows, width, activation})
                       .buffer<State>(1));
            images(activation, rows, width);
        }
    }

    void images(int activation, int64_t rows, int64_t channels) {
        for (int64_t pixels : {1, 17}) {
            int64_t n = rows * channels * pixels;
            go(begin("bias_activation", ELEMENTS, n).buffer<float>(n)
                   .buffer<float>(n).buffer<float>(channels)
                   .numbers({activation, rows, channels, pixels}));
            if (activation == 0)
                go(begin("bias_gradient", CHANNELS, channels).buffer<float>(channels)
                       .buffer<float>(n).numbers({rows, channels, pixels})
                       .buffer<State>(1));
        }
    }

    void maxout(int64_t rows, int64_t units, int64_t pieces) {
        int64_t n = rows * units;
        for (bool all : {false, true}) {
            go(begin("maxout_forward", ELEMENTS, n).buffer<float>(n)
                   .buffer<Byte>(n).buffer<float>(n * pieces)
                   .numbers({rows, units, pieces, THRESHOLD}).value(2.0f)
                   .optional<State>(all, 1).value(SITE));
            go(begin("maxout_backward", COLUMNS, units * pieces, rows)
                   .buffer<float>(n * pieces).optional<float>(all, units * pieces)
                   .buffer<float>(n).buffer<Byte>(n)
                   .optional<float>(all, rows).numbers({rows, units, pieces}).value(2.0f)
                   .buffer<State>(1));
        }
    }

    void gradients(int64_t rows, int64_t inputs, int64_t units, int64_t pieces) {
        int64_t columns = units * pieces;
        for (int64_t in_rows : {(int64_t)0, rows / 2, rows})
            for (int learn = 0; learn < 3; learn++)
                go(begin("maxout_gradients", ELEMENTS, 1)
                       .optional<float>(in_rows > 0, in_rows * inputs)
                       .buffer<float>(inputs * columns)
                       .optional<float>(learn > 0, inputs * columns)
                       .buffer<float>(columns).optional<float>(learn > 0, columns)
                       .buffer<float>(rows * inputs).buffer<float>(rows * units)
                       .buffer<Byte>(rows * units)
                       .optional<float>(learn == 1, rows)
                       .shared<Byte>(
                           gan4j::winners_bytes(rows, in_rows, inputs, units, pieces))
                       .numbers({rows, in_rows, inputs, units, pieces}).value(2.0f)
                       .numbers({learn == 2}).buffer<State>(1));
    }

    void pool(gan4j::plain::Pool p) {
        const int64_t planes = 7;
        int64_t in = p.pieces * p.height * p.width;
        int64_t out = gan4j::plain::pooled(p.height, p) * gan4j::plain::pooled(p.width, p);
        for (bool drops : {false, true})
            go(begin("max_pool_forward", ELEMENTS, planes * out)
                   .buffer<float>(planes * out).buffer<Byte>(planes * out)
                   .buffer<float>(planes * in)
                   .numbers({planes, p.pieces, p.height, p.width, p.window, p.stride, THRESHOLD})
                   .value(2.0f).optional<State>(drops, 1).value(SITE));
        go(begin("max_pool_backward", ELEMENTS, planes * in).buffer<float>(planes * in)
               .buffer<float>(planes * out).buffer<Byte>(planes * out)
               .numbers({planes, p.pieces, p.height, p.width, p.window, p.stride}).value(2.0f));
    }

    // Halves, quadrants, rectangles, pixels or nothing, as each row's words have it.
    void masks(int64_t rows, int64_t channels, int64_t height, int64_t width) {
        int64_t n = rows * channels * height * width;
        go(begin("masks", ELEMENTS, n).buffer<float>(n)
               .numbers({rows, channels, height, width, 1u << 30, 2u << 30, 3ll << 30, 15ll << 28})
               .buffer<State>(1).value(SITE));
    }

    void losses(int64_t fake, int64_t real) {
        for (int wanted = 0; wanted < 4; wanted++)
            go(begin("gan_loss", EXAMPLES, fake + real)
                   .optional<float>((wanted & 1) != 0, fake + real)
                   .optional<float>((wanted & 2) != 0, fake)
                   .buffer<float>(fake + real).numbers({fake, real, wanted & 1})
                   .value(1.0).buffer<State>(1));
    }

    void distances(int64_t rows, int64_t columns, int64_t sigmas) {
        int64_t n = rows * columns;
        go(begin("parzen_tile", ROWS, rows).buffer<float>(rows)
               .buffer<double>(rows * sigmas).buffer<float>(n)
               .buffer<float>(rows).buffer<float>(columns)
               .shared<float>(sigmas).numbers({sigmas, rows, columns}));
        go(begin("nearest_tile", ROWS, rows).buffer<float>(rows).buffer<int>(rows)
               .buffer<float>(n).buffer<float>(rows)
               .buffer<float>(columns).numbers({rows, columns, 5}));
    }

    Content content;
    void (*run)(Launch&);
};

}  // namespace sanitize
