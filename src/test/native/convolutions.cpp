// libcudnn's convolutions: of dense float images, computed from their definition.
#include "dnn.h"

using namespace standin;

// cudnnConvolutionMode_t, cudnnMathType_t, cudnnDeterminism_t
enum { CROSS_CORRELATION = 1 };
enum { DEFAULT_MATH = 0, TENSOR_OP = 1, TENSOR_OP_CONVERSION = 2, FMA = 3 };
enum { NON_DETERMINISTIC = 0, DETERMINISTIC = 1 };

enum Kind { FORWARD, BACKWARD_DATA, BACKWARD_FILTER };

struct Filter {
    int64_t k = 0, c = 0, h = 0, w = 0;
    int64_t count() const { return k * c * h * w; }
};

struct Convolution {
    int64_t padding_y = 0, padding_x = 0, stride_y = 0, stride_x = 0;
    int math = DEFAULT_MATH;
    mutable bool ran = false;
};

LIFE(FilterDescriptor, Filter, "filter")
LIFE(ConvolutionDescriptor, Convolution, "convolution")

EXPORT int cudnnSetFilter4dDescriptor(Filter* filter, int type, int format, int k, int c, int h,
                                      int w) {
    FAIL_IF_INJECTED("cudnnSetFilter4dDescriptor");
    FORBIDDEN_IN_CAPTURE("cudnnSetFilter4dDescriptor");
    if (!alive(filter, "filter") || type != FLOAT || format != NCHW || k < 1 || c < 1 || h < 1 ||
        w < 1)
        return violation(BAD_PARAM, "filters that are not modelled");
    *filter = {k, c, h, w};
    return 0;
}

EXPORT int cudnnSetConvolution2dDescriptor(Convolution* convolution, int padding_y, int padding_x,
                                           int stride_y, int stride_x, int dilation_y,
                                           int dilation_x, int mode, int type) {
    FAIL_IF_INJECTED("cudnnSetConvolution2dDescriptor");
    FORBIDDEN_IN_CAPTURE("cudnnSetConvolution2dDescriptor");
    if (!alive(convolution, "convolution") || padding_y < 0 || padding_x < 0 || stride_y < 1 ||
        stride_x < 1 || dilation_y != 1 || dilation_x != 1 || mode != CROSS_CORRELATION ||
        type != FLOAT)
        return violation(BAD_PARAM, "a convolution that is not modelled");
    *convolution = {padding_y, padding_x, stride_y, stride_x};
    return 0;
}

EXPORT int cudnnSetConvolutionMathType(Convolution* convolution, int math) {
    FAIL_IF_INJECTED("cudnnSetConvolutionMathType");
    FORBIDDEN_IN_CAPTURE("cudnnSetConvolutionMathType");
    if (!alive(convolution, "convolution") || math < DEFAULT_MATH || math > FMA)
        return violation(BAD_PARAM, "arithmetic that there is not");
    convolution->math = math;
    return 0;
}

// ---- the choice of an algorithm ----

// REFUSED is proposed, has a workspace, and then does not run.
enum Class { SUMS, TRANSFORMS, RANDOM_ORDER, GREEDY, UNSUPPORTED, REFUSED };

// The algorithms of a kind by their numbers.
static const std::vector<Class>& classes(Kind kind) {
    static const std::vector<Class> forward = {SUMS, SUMS, SUMS, REFUSED, GREEDY, UNSUPPORTED,
                                               TRANSFORMS, TRANSFORMS};
    static const std::vector<Class> data = {RANDOM_ORDER, SUMS, GREEDY, REFUSED, TRANSFORMS,
                                            TRANSFORMS};
    static const std::vector<Class> filter = {RANDOM_ORDER, SUMS, GREEDY, RANDOM_ORDER,
                                              UNSUPPORTED, TRANSFORMS, REFUSED};
    return kind == FORWARD ? forward : kind == BACKWARD_DATA ? data : filter;
}

// One convolution with its three descriptors.
struct Problem {
    Kind kind;
    Tensor image, result;
    Filter filter;
    Convolution how;

    int64_t workspace(int algorithm) const {
        Class what = classes(kind)[(size_t)algorithm];
        return what == GREEDY ? 3LL << 30 : what == TRANSFORMS ? 32 * filter.count() : 1024;
    }
};

static int64_t places(int64_t size, int64_t kernel, int64_t padding, int64_t stride) {
    return (size + 2 * padding - kernel) / stride + 1;
}

static bool make(Problem* made, Kind kind, const Tensor* image, const Filter* filter,
                 const Convolution* how, const Tensor* result) {
    if (!alive(image, "tensor") || !alive(filter, "filter") || !alive(how, "convolution") ||
        !alive(result, "tensor"))
        return false;
    *made = {kind, *image, *result, *filter, *how};
    return image->c == filter->c && result->n == image->n && result->c == filter->k &&
           result->h == places(image->h, filter->h, how->padding_y, how->stride_y) &&
           result->w == places(image->w, filter->w, how->padding_x, how->stride_x);
}

// cudnnConvolution…AlgoPerf_t, the same for all three kinds.
struct Proposal {
    int algorithm, status;
    float time;
    size_t memory;
    int determinism, math, reserved[3];
};

// The proposals begin with what must not be taken: results that differ from time to time, too much
// workspace (of which the proposal tells only a part, as real ones did), half precision.
static std::vector<Proposal> proposals(const Problem& p) {
    std::vector<Proposal> unfit, fit;
    const std::vector<Class>& all = classes(p.kind);
    for (int i = 0; i < (int)all.size(); i++) {
        Class what = all[(size_t)i];
        // Of the unsupported ones some are proposed, and refused later.
        int status = what == UNSUPPORTED && i % 2 == 0 ? DNN_NOT_SUPPORTED : 0;
        int determinism = what == RANDOM_ORDER ? NON_DETERMINISTIC : DETERMINISTIC;
        Proposal proposal = {i, status, 0, 16, determinism, p.how.math, {0, 0, 0}};
        (what == SUMS || what == TRANSFORMS ? fit : unfit).push_back(proposal);
        if (what == SUMS) {
            proposal.math = TENSOR_OP_CONVERSION;
            unfit.push_back(proposal);
        }
    }
    if (control().only_unfit_convolutions) return unfit;
    // Transforms come last by their numbers; now first.
    unfit.insert(unfit.end(), fit.rbegin(), fit.rend());
    return unfit;
}

static int propose(Handle* handle, bool valid, const Problem& p, int wanted, int* count,
                   Proposal* results) {
    if (!alive(handle, "cudnn") || !valid || wanted < 1)
        return violation(BAD_PARAM, "asks for an algorithm of what can't be");
    std::vector<Proposal> all = proposals(p);
    *count = std::min(wanted, (int)all.size());
    for (int i = 0; i < *count; i++) results[i] = all[(size_t)i];
    return 0;
}

static int workspace(Handle* handle, bool valid, const Problem& p, int algorithm, size_t* bytes) {
    if (!alive(handle, "cudnn") || !valid || algorithm < 0 ||
        algorithm >= (int)classes(p.kind).size())
        return violation(BAD_PARAM, "asks for the workspace of what can't be");
    if (classes(p.kind)[(size_t)algorithm] == UNSUPPORTED) return DNN_SHAPE_NOT_SUPPORTED;
    *bytes = (size_t)p.workspace(algorithm);
    return 0;
}

#define CHOICE(Name, KIND, FIRST, SECOND, THIRD)                                                \
    EXPORT int cudnnGetConvolution##Name##Algorithm_v7(Handle* handle, FIRST, SECOND,           \
                                                       const Convolution* how, THIRD, int wanted, \
                                                       int* count, Proposal* results) {         \
        FAIL_IF_INJECTED("cudnnGetConvolution" #Name "Algorithm_v7");                           \
        FORBIDDEN_IN_CAPTURE("cudnnGetConvolution" #Name "Algorithm_v7");                       \
        Problem p;                                                                              \
        bool valid = make(&p, KIND, image, filter, how, result);                                \
        return propose(handle, valid, p, wanted, count, results);                               \
    }                                                                                           \
    EXPORT int cudnnGetConvolution##Name##WorkspaceSize(Handle* handle, FIRST, SECOND,          \
                                                        const Convolution* how, THIRD,          \
                                                        int algorithm, size_t* bytes) {         \
        FAIL_IF_INJECTED("cudnnGetConvolution" #Name "WorkspaceSize");                          \
        FORBIDDEN_IN_CAPTURE("cudnnGetConvolution" #Name "WorkspaceSize");                      \
        Problem p;                                                                              \
        bool valid = make(&p, KIND, image, filter, how, result);                                \
        return workspace(handle, valid, p, algorithm, bytes);                                   \
    }

CHOICE(Forward, FORWARD, const Tensor* image, const Filter* filter, const Tensor* result)
CHOICE(BackwardData, BACKWARD_DATA, const Filter* filter, const Tensor* result,
       const Tensor* image)
CHOICE(BackwardFilter, BACKWARD_FILTER, const Tensor* image, const Tensor* result,
       const Filter* filter)

// ---- the work ----

struct Operands {
    float *image, *filter, *result;
};

// Calls body(in image, step there, in filters, in result, count) for every row of products that
// have one weight in common.
template <class Body>
static void for_rows(const Problem& p, Body body) {
    const Tensor &x = p.image, &y = p.result;
    const Filter& f = p.filter;
    int64_t step = p.how.stride_x;
    for (int64_t n = 0; n < y.n; n++)
        for (int64_t weight = 0; weight < f.count(); weight++) {
            int64_t j = weight % f.w, i = weight / f.w % f.h, c = weight / (f.w * f.h) % f.c;
            int64_t k = weight / (f.w * f.h * f.c);
            int64_t begin = 0, end = y.w;
            while (begin < end && begin * step + j < p.how.padding_x) begin++;
            while (begin < end && (end - 1) * step + j - p.how.padding_x >= x.w) end--;
            for (int64_t row = 0; row < y.h; row++) {
                int64_t line = row * p.how.stride_y + i - p.how.padding_y;
                if (line < 0 || line >= x.h || begin == end) continue;
                body(((n * x.c + c) * x.h + line) * x.w + begin * step + j - p.how.padding_x,
                     step, weight, ((n * y.c + k) * y.h + row) * y.w + begin, end - begin);
            }
        }
}

static std::vector<float> factors(const Problem& p, const float* values, int64_t count) {
    std::vector<float> copy(values, values + count);
    if (p.how.math != FMA)
        for (float& value : copy) value = tf32(value);
    return copy;
}

static void convolve(const Problem& p, const Operands& o) {
    std::vector<float> x = factors(p, o.image, p.image.count());
    std::vector<float> w = factors(p, o.filter, p.filter.count());
    std::fill(o.result, o.result + p.result.count(), 0.0f);
    for_rows(p, [&](int64_t in, int64_t step, int64_t weight, int64_t out, int64_t count) {
        const float* from = &x[(size_t)in];
        float* to = o.result + out;
        float factor = w[(size_t)weight];
        if (step == 1)
            for (int64_t i = 0; i < count; i++) to[i] += factor * from[i];
        else
            for (int64_t i = 0; i < count; i++) to[i] += factor * from[i * step];
    });
}

static void convolve_back(const Problem& p, const Operands& o) {
    std::vector<float> y = factors(p, o.result, p.result.count());
    std::vector<float> w = factors(p, o.filter, p.filter.count());
    std::fill(o.image, o.image + p.image.count(), 0.0f);
    for_rows(p, [&](int64_t in, int64_t step, int64_t weight, int64_t out, int64_t count) {
        const float* from = &y[(size_t)out];
        float* to = o.image + in;
        float factor = w[(size_t)weight];
        if (step == 1)
            for (int64_t i = 0; i < count; i++) to[i] += factor * from[i];
        else
            for (int64_t i = 0; i < count; i++) to[i * step] += factor * from[i];
    });
}

static void filter_gradient(const Problem& p, const Operands& o) {
    std::vector<float> x = factors(p, o.image, p.image.count());
    std::vector<float> y = factors(p, o.result, p.result.count());
    std::fill(o.filter, o.filter + p.filter.count(), 0.0f);
    for_rows(p, [&](int64_t in, int64_t step, int64_t weight, int64_t out, int64_t count) {
        float sum = 0;
        for (int64_t i = 0; i < count; i++)
            sum += x[(size_t)(in + i * step)] * y[(size_t)(out + i)];
        o.filter[weight] += sum;
    });
}

static bool apart(const void* a, int64_t a_bytes, const void* b, int64_t b_bytes) {
    return (const char*)a + a_bytes <= (const char*)b || (const char*)b + b_bytes <= (const char*)a;
}

static int check_memory(const Problem& p, const Operands& o, void* room, int64_t bytes) {
    int64_t sizes[] = {p.image.bytes(), 4 * p.filter.count(), p.result.bytes(), bytes};
    void* places[] = {o.image, o.filter, o.result, room};
    for (int i = 0; i < 4; i++) {
        if (!on_device(places[i], sizes[i]) || (uintptr_t)places[i] % (i == 3 ? 16 : 4) != 0)
            return violation(ILLEGAL_ADDRESS,
                             "a convolution is given what is not aligned device memory");
        for (int j = 0; j < i; j++)
            if (!apart(places[i], sizes[i], places[j], sizes[j]))
                return violation(ILLEGAL_ADDRESS, "a convolution's operands overlap");
    }
    return SUCCESS;
}

static int run(Handle* handle, const float* one, const float* zero, bool valid, const Problem& p,
               const Convolution* how, int algorithm, Operands o, void* room, size_t bytes) {
    if (!alive(handle, "cudnn") || !valid)
        return violation(BAD_PARAM, "a convolution whose descriptors do not fit each other");
    if (on_device(one, 4) || on_device(zero, 4) || *one != 1 || *zero != 0)
        return violation(BAD_PARAM, "factors that are not modelled");
    if (algorithm < 0 || algorithm >= (int)classes(p.kind).size())
        return violation(BAD_PARAM, "an algorithm that there is not");
    Class what = classes(p.kind)[(size_t)algorithm];
    if (what == REFUSED) return DNN_SHAPE_NOT_SUPPORTED;
    if (what == UNSUPPORTED) return violation(DNN_NOT_SUPPORTED, "an algorithm that can't do it");
    if (what == RANDOM_ORDER) return violation(BAD_PARAM, "results that differ every time");
    if (p.how.math == TENSOR_OP_CONVERSION) return violation(BAD_PARAM, "half precision");
    if (what == TRANSFORMS && p.how.math == FMA)
        return violation(BAD_PARAM, "transforms where single precision is asked for");
    if (capturing() && !how->ran)
        return violation(BAD_PARAM, "a convolution runs for the first time in a capture");
    how->ran = true;
    if ((int64_t)bytes < p.workspace(algorithm))
        return violation(BAD_PARAM, "a convolution without enough workspace");
    return enqueue(handle->stream, [=] {
        int status = check_memory(p, o, room, (int64_t)bytes);
        if (status != SUCCESS) return status;
        memset(room, 0xFF, bytes);
        if (p.kind == FORWARD) convolve(p, o);
        if (p.kind == BACKWARD_DATA) convolve_back(p, o);
        if (p.kind == BACKWARD_FILTER) filter_gradient(p, o);
        return (int)SUCCESS;
    });
}

EXPORT int cudnnConvolutionForward(Handle* handle, const float* one, const Tensor* image, float* x,
                                   const Filter* filter, float* w, const Convolution* how,
                                   int algorithm, void* room, size_t bytes, const float* zero,
                                   const Tensor* result, float* y) {
    FAIL_IF_INJECTED("cudnnConvolutionForward");
    Problem p;
    bool valid = make(&p, FORWARD, image, filter, how, result);
    return run(handle, one, zero, valid, p, how, algorithm, {x, w, y}, room, bytes);
}

EXPORT int cudnnConvolutionBackwardData(Handle* handle, const float* one, const Filter* filter,
                                        float* w, const Tensor* result, float* y,
                                        const Convolution* how, int algorithm, void* room,
                                        size_t bytes, const float* zero, const Tensor* image,
                                        float* x) {
    FAIL_IF_INJECTED("cudnnConvolutionBackwardData");
    Problem p;
    bool valid = make(&p, BACKWARD_DATA, image, filter, how, result);
    return run(handle, one, zero, valid, p, how, algorithm, {x, w, y}, room, bytes);
}

EXPORT int cudnnConvolutionBackwardFilter(Handle* handle, const float* one, const Tensor* image,
                                          float* x, const Tensor* result, float* y,
                                          const Convolution* how, int algorithm, void* room,
                                          size_t bytes, const float* zero, const Filter* filter,
                                          float* w) {
    FAIL_IF_INJECTED("cudnnConvolutionBackwardFilter");
    Problem p;
    bool valid = make(&p, BACKWARD_FILTER, image, filter, how, result);
    return run(handle, one, zero, valid, p, how, algorithm, {x, w, y}, room, bytes);
}
