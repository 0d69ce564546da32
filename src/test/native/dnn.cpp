// libcudnn beside convolutions: dense matrices, biases of channels, pooling over rows.
#include "dnn.h"

#include <cmath>
#include <initializer_list>

using namespace standin;

EXPORT size_t cudnnGetVersion() { return (size_t)control().dnn_version; }

enum { SIGMOID = 0, RELU = 1, TANH = 2, MAX_DETERMINISTIC = 3 };

struct Activation {
    int mode = -1;
};

struct Pooling {
    int columns = 0;
};

struct Dropout {
    float rate = 0;
    uint64_t* state = nullptr;
};

static const size_t STATE_BYTES = 4096;

EXPORT const char* cudnnGetErrorString(int) { return "CUDNN_STATUS_STAND_IN"; }

LIFE(, Handle, "cudnn")
LIFE(TensorDescriptor, Tensor, "tensor")
LIFE(ActivationDescriptor, Activation, "activation")
LIFE(PoolingDescriptor, Pooling, "pooling")
LIFE(DropoutDescriptor, Dropout, "dropout")

EXPORT int cudnnSetStream(Handle* handle, void* stream) {
    FAIL_IF_INJECTED("cudnnSetStream");
    FORBIDDEN_IN_CAPTURE("cudnnSetStream");
    handle->stream = (Stream*)stream;
    return 0;
}

EXPORT int cudnnSetTensor4dDescriptor(Tensor* tensor, int format, int type, int n, int c, int h,
                                      int w) {
    FAIL_IF_INJECTED("cudnnSetTensor4dDescriptor");
    FORBIDDEN_IN_CAPTURE("cudnnSetTensor4dDescriptor");
    if (format != NCHW || type != FLOAT || n < 1 || c < 1 || h < 1 || w < 1)
        return violation(BAD_PARAM, "a tensor that is not modelled");
    *tensor = {n, c, h, w};
    return 0;
}

EXPORT int cudnnSetActivationDescriptor(Activation* activation, int mode, int nan, double) {
    FAIL_IF_INJECTED("cudnnSetActivationDescriptor");
    if (mode < SIGMOID || mode > TANH || nan != 1)
        return violation(BAD_PARAM, "an activation that is not modelled");
    activation->mode = mode;
    return 0;
}

EXPORT int cudnnSetPooling2dDescriptor(Pooling* pooling, int mode, int nan, int height, int width,
                                       int pad_y, int pad_x, int stride_y, int stride_x) {
    FAIL_IF_INJECTED("cudnnSetPooling2dDescriptor");
    if (mode != MAX_DETERMINISTIC || nan != 1 || height != 1 || pad_y != 0 || pad_x != 0 ||
        stride_y != 1 || stride_x != width)
        return violation(BAD_PARAM, "a pooling that is not modelled");
    pooling->columns = width;
    return 0;
}

EXPORT int cudnnDropoutGetStatesSize(Handle*, size_t* bytes) {
    FAIL_IF_INJECTED("cudnnDropoutGetStatesSize");
    *bytes = STATE_BYTES;
    return 0;
}

EXPORT int cudnnDropoutGetReserveSpaceSize(const Tensor* tensor, size_t* bytes) {
    FAIL_IF_INJECTED("cudnnDropoutGetReserveSpaceSize");
    *bytes = (size_t)tensor->count();
    return 0;
}

EXPORT int cudnnSetDropoutDescriptor(Dropout* dropout, Handle*, float rate, void* states,
                                     size_t bytes, unsigned long long seed) {
    FAIL_IF_INJECTED("cudnnSetDropoutDescriptor");
    FORBIDDEN_IN_CAPTURE("cudnnSetDropoutDescriptor");
    if (bytes < STATE_BYTES || !on_device(states, (int64_t)bytes))
        return violation(BAD_PARAM, "dropout without room for its states");
    dropout->rate = rate;
    dropout->state = (uint64_t*)states;
    *dropout->state = seed;
    return 0;
}

static int checked(std::initializer_list<const void*> places, const Tensor* shape) {
    for (const void* place : places)
        if (!on_device(place, shape->bytes()))
            return violation(ILLEGAL_ADDRESS, "cuDNN is given what is not device memory");
    return SUCCESS;
}

// cuDNN's dropout is taken to read vectors.
static int checked_vectors(std::initializer_list<const void*> places, const Tensor* shape) {
    for (const void* place : places)
        if ((uintptr_t)place % 16 != 0)
            return violation(ILLEGAL_ADDRESS, "dropout that vectors can't be read from");
    return checked(places, shape);
}

static float activated(float x, int mode) {
    return mode == SIGMOID ? (float)(1 / (1 + exp(-(double)x)))
           : mode == TANH  ? (float)tanh((double)x)
           : x < 0         ? 0
                           : x;
}

static float slope(float y, int mode) {
    return mode == SIGMOID ? y * (1 - y)
           : mode == TANH  ? (1 - y) * (1 + y)
           : y > 0         ? 1.0f
                           : 0.0f;
}

EXPORT int cudnnActivationForward(Handle* handle, const Activation* activation, const float* one,
                                  const Tensor* shape, const float* x, const float* zero,
                                  const Tensor*, float* y) {
    FAIL_IF_INJECTED("cudnnActivationForward");
    if (*one != 1 || *zero != 0) return violation(BAD_PARAM, "factors that are not modelled");
    int mode = activation->mode;
    return enqueue(handle->stream, [=] {
        int status = checked({x, y}, shape);
        for (int64_t i = 0; status == SUCCESS && i < shape->count(); i++)
            y[i] = activated(x[i], mode);
        return status;
    });
}

EXPORT int cudnnActivationBackward(Handle* handle, const Activation* activation, const float* one,
                                   const Tensor* shape, const float* y, const Tensor*,
                                   const float* dy, const Tensor*, const float*, const float* zero,
                                   const Tensor*, float* dx) {
    FAIL_IF_INJECTED("cudnnActivationBackward");
    if (*one != 1 || *zero != 0) return violation(BAD_PARAM, "factors that are not modelled");
    int mode = activation->mode;
    return enqueue(handle->stream, [=] {
        int status = checked({y, dy, dx}, shape);
        for (int64_t i = 0; status == SUCCESS && i < shape->count(); i++)
            dx[i] = dy[i] * slope(y[i], mode);
        return status;
    });
}

// c <- a + c, with a's sides equal to c's or 1.
EXPORT int cudnnAddTensor(Handle* handle, const float* alpha, const Tensor* narrow, const float* a,
                          const float* beta, const Tensor* wide, float* c) {
    FAIL_IF_INJECTED("cudnnAddTensor");
    if (*alpha != 1 || *beta != 1 || narrow->n != 1 || narrow->c != wide->c || narrow->h != 1 ||
        narrow->w != 1)
        return violation(BAD_PARAM, "a sum that is not modelled");
    Tensor bias = *narrow, sum = *wide;
    return enqueue(handle->stream, [=] {
        int status = checked({a}, &bias);
        if (status == SUCCESS) status = checked({c}, &sum);
        for (int64_t i = 0; status == SUCCESS && i < sum.count(); i++)
            c[i] += a[i / (sum.h * sum.w) % sum.c];
        return status;
    });
}

static int64_t winner(const float* row, int64_t columns) {
    int64_t best = 0;
    for (int64_t i = 1; i < columns; i++)
        if (row[i] > row[best] || row[i] != row[i]) best = i;
    return best;
}

// A window is a whole row.
static bool fits(const Pooling& pooling, const Tensor& wide, const Tensor& narrow) {
    return wide.w == pooling.columns && narrow.w == 1 && narrow.h == wide.h &&
           narrow.c == wide.c && narrow.n == wide.n;
}
EXPORT int cudnnPoolingForward(Handle* handle, const Pooling* pooling, const float*,
                               const Tensor* wide, const float* x, const float*,
                               const Tensor* narrow, float* y) {
    FAIL_IF_INJECTED("cudnnPoolingForward");
    if (!fits(*pooling, *wide, *narrow))
        return violation(BAD_PARAM, "tensors that do not fit the pooling");
    return enqueue(handle->stream, [=] {
        int status = checked({x}, wide);
        if (status == SUCCESS) status = checked({y}, narrow);
        for (int64_t i = 0; status == SUCCESS && i < narrow->count(); i++)
            y[i] = x[i * wide->w + winner(x + i * wide->w, wide->w)];
        return status;
    });
}

EXPORT int cudnnPoolingBackward(Handle* handle, const Pooling* pooling, const float*,
                                const Tensor* narrow, const float* y, const Tensor*,
                                const float* dy, const Tensor* wide, const float* x, const float*,
                                const Tensor*, float* dx) {
    FAIL_IF_INJECTED("cudnnPoolingBackward");
    if (!fits(*pooling, *wide, *narrow) || x == dx)
        return violation(BAD_PARAM, "tensors that do not fit the pooling");
    return enqueue(handle->stream, [=] {
        int status = checked({x, dx}, wide);
        if (status == SUCCESS) status = checked({y, dy}, narrow);
        for (int64_t i = 0; status == SUCCESS && i < narrow->count(); i++) {
            int64_t best = winner(x + i * wide->w, wide->w);
            if (x[i * wide->w + best] != y[i])
                return violation(ILLEGAL_ADDRESS, "pooling's result is not that of its input");
            for (int64_t j = 0; j < wide->w; j++)
                dx[i * wide->w + j] = j == best ? dy[i] : 0.0f;
        }
        return status;
    });
}

// How many values the mask in a reserve is of.
static std::map<const void*, int64_t>& masks() {
    static std::map<const void*, int64_t> all;
    return all;
}

EXPORT int cudnnDropoutForward(Handle* handle, const Dropout* dropout, const Tensor* shape,
                               const float* x, const Tensor*, float* y, void* reserve,
                               size_t bytes) {
    FAIL_IF_INJECTED("cudnnDropoutForward");
    if (bytes < (size_t)shape->count())
        return violation(BAD_PARAM, "dropout without room for its mask");
    Dropout d = *dropout;
    return enqueue(handle->stream, [=] {
        int status = checked_vectors({x, y}, shape);
        if (!on_device(reserve, (int64_t)bytes) || !on_device(d.state, STATE_BYTES))
            return violation(ILLEGAL_ADDRESS, "dropout's room is not device memory");
        masks()[reserve] = shape->count();
        for (int64_t i = 0; status == SUCCESS && i < shape->count(); i++) {
            *d.state = *d.state * 6364136223846793005u + 1442695040888963407u;
            bool kept = (float)(*d.state >> 40) * 0x1p-24f >= d.rate;
            ((unsigned char*)reserve)[i] = kept;
            y[i] = kept ? x[i] / (1 - d.rate) : 0.0f;
        }
        return status;
    });
}

EXPORT int cudnnDropoutBackward(Handle* handle, const Dropout* dropout, const Tensor* shape,
                                const float* dy, const Tensor*, float* dx, void* reserve,
                                size_t bytes) {
    FAIL_IF_INJECTED("cudnnDropoutBackward");
    float rate = dropout->rate;
    return enqueue(handle->stream, [=] {
        int status = checked_vectors({dy, dx}, shape);
        if (!on_device(reserve, (int64_t)bytes))
            return violation(ILLEGAL_ADDRESS, "dropout's room is not device memory");
        if (masks()[reserve] != shape->count())
            return violation(BAD_PARAM, "dropout's gradient without the mask of as many values");
        for (int64_t i = 0; status == SUCCESS && i < shape->count(); i++)
            dx[i] = ((unsigned char*)reserve)[i] ? dy[i] / (1 - rate) : 0.0f;
        return status;
    });
}
