// The windows of maxout over channels with max pooling, shared by the CPU loops and the GPU kernels.

// Which values of a window there are: planes of `height` x `width` pixels, one per piece. Windows
// are cut off at the lower and right edges.
struct Pool {
    int64_t pieces, height, width, window, stride;
};

// Windows along a side of `size` pixels: as many as are needed to see every one.
GAN4J_FN int64_t pooled(int64_t size, const Pool& p) {
    return (size - p.window + p.stride - 1) / p.stride + 1;
}

// The number of the value in row i and column j of a window.
GAN4J_FN int64_t pool_code(int64_t i, int64_t j, int64_t piece, const Pool& p) {
    return (i * p.window + j) * p.pieces + piece;
}

// Where that value stands, counted from the first of the window's first piece.
GAN4J_FN int64_t pool_offset(int64_t i, int64_t j, int64_t piece, const Pool& p) {
    return (piece * p.height + i) * p.width + j;
}
