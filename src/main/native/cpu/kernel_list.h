// Every CPU kernel once: KERNEL(name, parameters, arguments). A buffer is a pointer and a stride:
// replica r of it begins at pointer + r * stride, both in elements; `replicas` is R. Shapes are
// those of one replica, row-major. What a kernel computes is said in Kernels.java.

KERNEL(uniform,
       (float* out, long out_stride, long n, float scale, long* state, long state_stride, int site,
        long replicas),
       (out, out_stride, n, scale, state, state_stride, site, replicas))
KERNEL(normal,
       (float* out, long out_stride, const float* in, long in_stride, long n, float scale,
        long* state, long state_stride, int site, long replicas),
       (out, out_stride, in, in_stride, n, scale, state, state_stride, site, replicas))
KERNEL(dropout,
       (float* out, long out_stride, const float* in, long in_stride, long n, unsigned threshold,
        float scale, long* state, long state_stride, int site, long replicas),
       (out, out_stride, in, in_stride, n, threshold, scale, state, state_stride, site, replicas))
KERNEL(gather,
       (float* out, long out_stride, const unsigned char* pixels, const float* scaling, long rows,
        long width, long count, long minibatch, long* state, long state_stride, long replicas),
       (out, out_stride, pixels, scaling, rows, width, count, minibatch, state, state_stride,
        replicas))
KERNEL(expand,
       (float* out, long out_stride, const unsigned char* pixels, const float* scaling, long first,
        long rows, long width, long replicas),
       (out, out_stride, pixels, scaling, first, rows, width, replicas))
KERNEL(maxout_forward,
       (float* out, long out_stride, unsigned char* winner, long winner_stride, const float* in,
        long in_stride, long rows, long units, long pieces, unsigned threshold, float scale,
        long* state, long state_stride, int site, long replicas),
       (out, out_stride, winner, winner_stride, in, in_stride, rows, units, pieces, threshold,
        scale, state, state_stride, site, replicas))
KERNEL(maxout_backward,
       (float* out, long out_stride, float* bias_velocity, long bias_stride, const float* delta,
        long delta_stride, const unsigned char* winner, long winner_stride, const float* row_scale,
        long row_scale_stride, long rows, long units, long pieces, float scale, long* state,
        long state_stride, long replicas),
       (out, out_stride, bias_velocity, bias_stride, delta, delta_stride, winner, winner_stride,
        row_scale, row_scale_stride, rows, units, pieces, scale, state, state_stride, replicas))
KERNEL(activation_backward,
       (float* delta, long delta_stride, float* bias_velocity, long bias_stride, const float* y,
        long y_stride, const float* row_scale, long row_scale_stride, long rows, long units,
        int activation, long* state, long state_stride, long replicas),
       (delta, delta_stride, bias_velocity, bias_stride, y, y_stride, row_scale, row_scale_stride,
        rows, units, activation, state, state_stride, replicas))
KERNEL(scale_rows,
       (float* out, long out_stride, const float* in, long in_stride, const float* row_scale,
        long row_scale_stride, long rows, long width, long replicas),
       (out, out_stride, in, in_stride, row_scale, row_scale_stride, rows, width, replicas))
KERNEL(gan_loss,
       (float* d_slope, long d_slope_stride, float* g_slope, long g_slope_stride,
        const float* logits, long logits_stride, long fake_rows, long real_rows, int minimax,
        double weight, long* state, long state_stride, long replicas),
       (d_slope, d_slope_stride, g_slope, g_slope_stride, logits, logits_stride, fake_rows,
        real_rows, minimax, weight, state, state_stride, replicas))
KERNEL(update,
       (float* weights, long weights_stride, const float* velocity, long velocity_stride, long n,
        long* state, long state_stride, long replicas),
       (weights, weights_stride, velocity, velocity_stride, n, state, state_stride, replicas))
KERNEL(cap_columns,
       (float* weights, long weights_stride, long rows, long columns, float cap, long replicas),
       (weights, weights_stride, rows, columns, cap, replicas))
KERNEL(schedule, (long* state, long state_stride, long replicas), (state, state_stride, replicas))
KERNEL(advance, (long* state, long state_stride, long replicas), (state, state_stride, replicas))
KERNEL(fill, (float* out, long out_stride, long n, float value, long replicas),
       (out, out_stride, n, value, replicas))
KERNEL(add_row,
       (float* out, long out_stride, const float* in, long in_stride, const float* row,
        long row_stride, long rows, long width, long replicas),
       (out, out_stride, in, in_stride, row, row_stride, rows, width, replicas))
KERNEL(squared_norms,
       (float* out, long out_stride, const float* in, long in_stride, long rows, long width,
        long replicas),
       (out, out_stride, in, in_stride, rows, width, replicas))
KERNEL(parzen_tile,
       (float* nearest, long nearest_stride, double* sums, long sums_stride, const float* products,
        long products_stride, const float* row_norms, long row_norms_stride,
        const float* column_norms, long column_norms_stride, const float* precisions,
        long sigma_count, long rows, long columns, long replicas),
       (nearest, nearest_stride, sums, sums_stride, products, products_stride, row_norms,
        row_norms_stride, column_norms, column_norms_stride, precisions, sigma_count, rows,
        columns, replicas))
KERNEL(nearest_tile,
       (float* nearest, long nearest_stride, int* index, long index_stride, const float* products,
        long products_stride, const float* row_norms, long row_norms_stride,
        const float* column_norms, long column_norms_stride, long rows, long columns, long first,
        long replicas),
       (nearest, nearest_stride, index, index_stride, products, products_stride, row_norms,
        row_norms_stride, column_norms, column_norms_stride, rows, columns, first, replicas))
KERNEL(accumulate,
       (float* velocity, long velocity_stride, const float* gradient, long gradient_stride, long n,
        long* state, long state_stride, long replicas),
       (velocity, velocity_stride, gradient, gradient_stride, n, state, state_stride, replicas))
KERNEL(bias_activation,
       (float* out, long out_stride, const float* in, long in_stride, const float* bias,
        long bias_stride, int activation, long rows, long channels, long pixels, long replicas),
       (out, out_stride, in, in_stride, bias, bias_stride, activation, rows, channels, pixels,
        replicas))
KERNEL(bias_gradient,
       (float* velocity, long velocity_stride, const float* delta, long delta_stride, long rows,
        long channels, long pixels, long* state, long state_stride, long replicas),
       (velocity, velocity_stride, delta, delta_stride, rows, channels, pixels, state,
        state_stride, replicas))
KERNEL(max_pool_forward,
       (float* out, long out_stride, unsigned char* winner, long winner_stride, const float* in,
        long in_stride, long planes, long pieces, long height, long width, long window,
        long stride, unsigned threshold, float scale, long* state, long state_stride, int site,
        long replicas),
       (out, out_stride, winner, winner_stride, in, in_stride, planes, pieces, height, width,
        window, stride, threshold, scale, state, state_stride, site, replicas))
KERNEL(max_pool_backward,
       (float* out, long out_stride, const float* delta, long delta_stride,
        const unsigned char* winner, long winner_stride, long planes, long pieces, long height,
        long width, long window, long stride, float scale, long replicas),
       (out, out_stride, delta, delta_stride, winner, winner_stride, planes, pieces, height, width,
        window, stride, scale, replicas))
