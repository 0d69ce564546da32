// Masks that hide a part of an image, and what is computed with them: 1 is visible, 0 hidden.

// The kinds of masks: a word below the first of these bounds chooses a half of the image to be
// hidden, else below the second a quadrant, the third a rectangle, the fourth single pixels; else
// everything is hidden.
struct MaskKinds {
    int64_t half, quadrant, rectangle, pixels;
};

// What is hidden of one image: a rectangle, or the pixels whose words are not below `kept`.
struct Mask {
    bool by_pixels;
    uint32_t kept;
    int64_t top, bottom, left, right;
};

// A whole number below n, from one word.
GAN4J_FN int64_t below(uint32_t word, int64_t n) {
    return (int64_t)((uint64_t)word * (uint64_t)n >> 32);
}

// The mask of a row of the whole minibatch, from the words of groups 2 * row and 2 * row + 1.
GAN4J_FN Mask mask_of(const State* s, int site, uint64_t row, int64_t height, int64_t width,
                      const MaskKinds& kinds) {
    Words a = philox(s->seed, s->step, (uint32_t)site, (uint32_t)(2 * row));
    Words b = philox(s->seed, s->step, (uint32_t)site, (uint32_t)(2 * row + 1));
    Mask mask = {false, 0, 0, height, 0, width};
    int which = (int)(a.y >> 30);
    if (a.x < kinds.half) {
        if (which == 0) mask.right = width / 2;
        if (which == 1) mask.left = width / 2;
        if (which == 2) mask.bottom = height / 2;
        if (which == 3) mask.top = height / 2;
    } else if (a.x < kinds.quadrant) {
        if (which & 1) mask.left = width / 2; else mask.right = width / 2;
        if (which & 2) mask.top = height / 2; else mask.bottom = height / 2;
    } else if (a.x < kinds.rectangle) {
        int64_t high = 1 + below(b.x, height), wide = 1 + below(b.y, width);
        mask.top = below(b.z, height - high + 1);
        mask.left = below(b.w, width - wide + 1);
        mask.bottom = mask.top + high;
        mask.right = mask.left + wide;
    } else if (a.x < kinds.pixels) {
        mask.by_pixels = true;
        mask.kept = a.z;
    }
    return mask;
}

// Whether a pixel is visible: 1 or 0. `bits` are its own, which decide where single pixels do.
GAN4J_FN float visible(const Mask& mask, int64_t y, int64_t x, uint32_t bits) {
    bool hidden = mask.by_pixels ? bits >= mask.kept
                                 : y >= mask.top && y < mask.bottom && x >= mask.left &&
                                       x < mask.right;
    return hidden ? 0.0f : 1.0f;
}

// One of two values.
GAN4J_FN float composed(float mask, float seen, float made) { return mask != 0.0f ? seen : made; }

// The slope of a loss with respect to what a generator made: where it is hidden, that of the game
// and of weight / 2 times the squared distance from the real value; elsewhere none.
GAN4J_FN float hidden_slope(float slope, float mask, float made, float real, float weight) {
    return mask != 0.0f ? 0.0f : slope + weight * (made - real);
}
