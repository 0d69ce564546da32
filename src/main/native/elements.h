// The arithmetic of one element, shared by the CPU loops and the GPU kernels.

#ifdef __CUDACC__
GAN4J_FN float bits_to_float(int32_t bits) { return __int_as_float(bits); }
GAN4J_FN int32_t float_to_bits(float value) { return __float_as_int(value); }
#else
GAN4J_FN float bits_to_float(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

GAN4J_FN int32_t float_to_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
#endif

// e^x for x <= 88; 0 below -87. Relative error below 2e-7: a Taylor polynomial of degree 7 on
// |x| <= ln(2)/2 after an exact reduction (Cody and Waite). NaN gives NaN.
GAN4J_FN float exponential(float x) {
    float clipped = x < -87.0f ? -87.0f : x;
    float shifted = clipped * 1.44269504f + 12582912.0f;  // its last bits are n as an integer
    float n = shifted - 12582912.0f;
    float r = (clipped - n * 0.693359375f) - n * -2.12194440e-4f;
    float p = 1.9841270e-4f;
    p = p * r + 1.3888889e-3f;
    p = p * r + 8.3333333e-3f;
    p = p * r + 4.1666667e-2f;
    p = p * r + 1.6666667e-1f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    float value = p * bits_to_float((int32_t)(((uint32_t)float_to_bits(shifted) + 127u) << 23));
    return x < -87.0f ? 0.0f : value;
}

// ln(u) for u in (0, 1]: u = m 2^e with m in [sqrt(1/2), sqrt(2)), ln(m) by 2 artanh((m-1)/(m+1)).
GAN4J_FN float natural_log(float u) {
    int32_t bits = float_to_bits(u) - 0x3F3504F3;
    int32_t exponent = bits >> 23;
    float m = bits_to_float((bits & 0x007FFFFF) + 0x3F3504F3);
    float s = (m - 1.0f) / (m + 1.0f);
    float q = s * s;
    float p = 0.22222222f;
    p = p * q + 0.28571429f;
    p = p * q + 0.4f;
    p = p * q + 0.66666667f;
    return (s * q * p + 2.0f * s) + (float)exponent * 0.69314718f;
}

// cos and sin of (pi/2) t for t in [-1/2, 1/2], Taylor polynomials.
GAN4J_FN float quarter_cos(float t) {
    float q = t * t * 2.46740110f;
    float p = -2.7557319e-7f;
    p = p * q + 2.4801587e-5f;
    p = p * q - 1.3888889e-3f;
    p = p * q + 4.1666667e-2f;
    p = p * q - 0.5f;
    return p * q + 1.0f;
}

GAN4J_FN float quarter_sin(float t) {
    float x = t * 1.57079633f;
    float q = x * x;
    float p = 2.7557319e-6f;
    p = p * q - 1.9841270e-4f;
    p = p * q + 8.3333333e-3f;
    p = p * q - 1.6666667e-1f;
    return p * q * x + x;
}

// cos and sin of 2 pi u for u in [0, 1]: the quadrant nearest to 4u, then its polynomial.
GAN4J_FN void circle(float u, float* cosine, float* sine) {
    float turns = u * 4.0f;
    float quadrant = (turns + 12582912.0f) - 12582912.0f;
    float t = turns - quadrant;
    int32_t q = (int32_t)quadrant;
    float c = quarter_cos(t), s = quarter_sin(t);
    float swapped_c = (q & 1) ? s : c, swapped_s = (q & 1) ? c : s;
    *cosine = ((q + 1) & 2) ? -swapped_c : swapped_c;
    *sine = (q & 2) ? -swapped_s : swapped_s;
}

// Two N(0, 1) numbers from two words (Box and Muller).
GAN4J_FN void normal_pair(uint32_t a, uint32_t b, float* first, float* second) {
    float radius = sqrtf(-2.0f * natural_log(open_zero_uniform(a)));
    float c, s;
    circle(open_zero_uniform(b), &c, &s);
    *first = radius * c;
    *second = radius * s;
}

GAN4J_FN double sigmoid(double a) { return 1.0 / (1.0 + exp(-a)); }

// ln(1 + e^a) without overflow.
GAN4J_FN double softplus(double a) { return (a > 0 ? a : 0.0) + log1p(exp(a > 0 ? -a : a)); }

// base^power by squaring: products only, so the same bits on every device.
GAN4J_FN double integer_power(double base, uint64_t power) {
    double result = 1.0;
    for (; power != 0; power >>= 1) {
        if (power & 1) result = result * base;
        base = base * base;
    }
    return result;
}

// `winner` of a unit that dropout has set to 0.
static const unsigned char DROPPED = 255;

// One value more among those of which the largest is wanted, and which that is: the first of
// equals. `poison` is a NaN once there was one: it must come out, but comparisons skip it. F and I
// are numbers or vectors of them.
template <class F, class I>
GAN4J_FN void take_larger(F& best, I& which, F& poison, F value, I own) {
    auto greater = value > best;
    which = greater ? own : which;
    best = greater ? value : best;
    poison = value == value ? poison : value;
}

template <class F>
GAN4J_FN F largest_or_nan(F best, F poison) {
    return poison == poison ? best : poison;
}

// Dropout of one value: `bits` decide.
GAN4J_FN float dropped(float value, uint32_t bits, uint32_t threshold, float scale) {
    float scaled = value * scale;
    return bits < threshold ? scaled : 0.0f;
}

// A pixel as the networks see it.
GAN4J_FN float expanded(unsigned char pixel, float shift, float scale) {
    return ((float)pixel - shift) * scale;
}

// Activations, numbered like Epilogue.
enum { LINEAR = 0, RELU = 1, SIGMOID = 2, SOFTPLUS = 3, TANH = 4 };

// ln(1 + t) for t in [0, 1] by 2 artanh(t / (2 + t)), to a relative error below 4e-7.
GAN4J_FN float log_of_one_plus(float t) {
    float s = t / (2.0f + t);
    float q = s * s;
    float p = 0.15384615f;
    p = p * q + 0.18181818f;
    p = p * q + 0.22222222f;
    p = p * q + 0.28571429f;
    p = p * q + 0.4f;
    p = p * q + 0.66666667f;
    return s * q * p + 2.0f * s;
}

// 1 - e^-y for y >= -88, to a relative error below 5e-7: near 0 the first terms of the series.
GAN4J_FN float one_minus_exponential(float y) {
    float p = -2.4801587e-5f;
    p = p * y + 1.9841270e-4f;
    p = p * y - 1.3888889e-3f;
    p = p * y + 8.3333333e-3f;
    p = p * y - 4.1666667e-2f;
    p = p * y + 1.6666667e-1f;
    p = p * y - 0.5f;
    p = p * y + 1.0f;
    float far = 1.0f - exponential(y < -88.0f ? 88.0f : -y);
    return y > -0.5f && y < 0.5f ? p * y : far;
}

GAN4J_FN float activated(float x, int activation) {
    if (activation == RELU) return x < 0.0f ? 0.0f : x;  // NaN stays NaN
    if (activation == LINEAR) return x;
    if (activation == SOFTPLUS)
        return (x > 0.0f ? x : 0.0f) + log_of_one_plus(exponential(x > 0.0f ? -x : x));
    if (activation == TANH) {  // m / (2 - m) of m = 1 - e^-2|x|
        float m = one_minus_exponential(2.0f * (x > 0.0f ? x : -x));
        float size = m / (2.0f - m);
        return x > 0.0f ? size : -size;
    }
    float negative = -x > 88.0f ? 88.0f : -x;
    return 1.0f / (1.0f + exponential(negative));
}

// An activation's slope, from its value y.
GAN4J_FN float slope(float y, int activation) {
    return activation == RELU       ? (y > 0.0f ? 1.0f : 0.0f)
           : activation == SIGMOID  ? y * (1.0f - y)
           : activation == SOFTPLUS ? one_minus_exponential(y)
           : activation == TANH     ? (1.0f - y) * (1.0f + y)
                                    : 1.0f;
}

// Batch normalisation of one value, and what of its column it needs.
GAN4J_FN float inverse_deviation(float variance, float epsilon) {
    return 1.0f / sqrtf(variance + epsilon);
}

GAN4J_FN float normalised(float x, float mean, float inverse) { return (x - mean) * inverse; }

// What ran along, moved towards a minibatch of `rows`, whose squared differences from its mean
// add up to `squares`.
GAN4J_FN void run_along(float* running_mean, float* running_variance, float mean, double squares,
                        int64_t rows, float rate) {
    float variance = (float)(squares / (double)(rows > 1 ? rows - 1 : 1));
    *running_mean += rate * (mean - *running_mean);
    *running_variance += rate * (variance - *running_variance);
}

// The gradient of a value that was normalised to `value`; `factor` is scale times inverse.
GAN4J_FN float through_normalisation(float delta, float value, float mean_delta,
                                     float mean_product, float factor) {
    return factor * ((delta - mean_delta) - value * mean_product);
}

// 1 / the norm of a column of this squared norm; 0 for a column of zeros.
GAN4J_FN float inverse_norm(double square) {
    return square > 0.0 ? (float)(1.0 / sqrt(square)) : 0.0f;
}

// A weight's part of the step of its column, whose scale moves by `of_scale`.
GAN4J_FN float along_sphere(float step, float weight, float of_scale, float inverse, float scale) {
    return scale * inverse * (step - of_scale * inverse * weight);
}

// The slope of one of `rows` values of a column, whose mean is by `gap` away from where it should
// be, of the squared distance.
GAN4J_FN float matching_slope(float gap, int64_t rows) { return 2.0f * gap / (float)rows; }

// A moving average after one more value.
GAN4J_FN float followed(float average, float value, float rate) {
    return average + rate * (value - average);
}

// The factor that brings a column of this squared norm under the cap.
GAN4J_FN float cap_factor(float square, float cap) {
    float norm = sqrtf(square);
    return (norm < cap ? norm : cap) / (1e-7f + norm);
}

GAN4J_FN float squared_distance(float product, float row_norm, float column_norm) {
    float d = (row_norm + column_norm) - 2.0f * product;
    return d < 0.0f ? 0.0f : d;  // NaN stays NaN
}

// A point's part of a Parzen window, as seen from the nearest point.
GAN4J_FN float window(float nearest, float distance, float precision) {
    return exponential((nearest - distance) * precision);
}

// A window's sum `total` as seen from a point that is nearer by `change`, and `sum` of that one.
GAN4J_FN double add_window(double total, double sum, float precision, float change) {
    double kept = total == 0 ? 0 : total * exp(-(double)precision * change);
    return kept + sum;
}
