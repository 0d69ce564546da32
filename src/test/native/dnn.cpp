// libcudnn: dense matrices, pooling over rows.
#include "standin.h"

#include <cmath>
#include <initializer_list>

using namespace standin;

EXPORT size_t cudnnGetVersion() { return (size_t)control().dnn_version; }

// cudnnStatus_t
enum { BAD_PARAM = 2000 };

enum { SIGMOID = 0, RELU = 1, MAX_DETERMINISTIC = 3 };

struct Tensor {
    int64_t rows = 0, columns = 0;
    int64_t bytes() const { return 4 * rows * columns; }
};

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

template <class T>
static int create(T** object, const char* kind, const char* function) {
    FAIL_IF_INJECTED(function);
    FORBIDDEN_IN_CAPTURE(function);
    *object = new T();
    created(*object, kind);
    return 0;
}

template <class T>
static int destroy(T* object, const char* kind, const char* function) {
    FAIL_IF_INJECTED(function);
    if (!destroyed(object, kind)) return violation(BAD_PARAM, "destroys what is not there");
    delete object;
    return 0;
}

struct Handle {
    Stream* stream = nullptr;
};

#define LIFE(Name, Type, kind)                                                       \
    EXPORT int cudnnCreate##Name(Type** made) { return create(made, kind, "cudnnCreate" #Name); } \
    EXPORT int cudnnDestroy##Name(Type* old) { return destroy(old, kind, "cudnnDestroy" #Name); }

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
    if (format != 0 || type != 0 || n != 1 || c != 1 || h < 1 || w < 1)
        return violation(BAD_PARAM, "a tensor that is not modelled");
    tensor->rows = h;
    tensor->columns = w;
    return 0;
}

EXPORT int cudnnSetActivationDescriptor(Activation* activation, int mode, int nan, double) {
    FAIL_IF_INJECTED("cudnnSetActivationDescriptor");
    if ((mode != SIGMOID && mode != RELU) || nan != 1)
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
    *bytes = (size_t)(tensor->rows * tensor->columns);
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

EXPORT int cudnnActivationForward(Handle* handle, const Activation* activation, const float* one,
                                  const Tensor* shape, const float* x, const float* zero,
                                  const Tensor*, float* y) {
    FAIL_IF_INJECTED("cudnnActivationForward");
    if (*one != 1 || *zero != 0) return violation(BAD_PARAM, "factors that are not modelled");
    int mode = activation->mode;
    return enqueue(handle->stream, [=] {
        int status = checked({x, y}, shape);
        for (int64_t i = 0; status == SUCCESS && i < shape->rows * shape->columns; i++)
            y[i] = mode == SIGMOID ? (float)(1 / (1 + exp(-(double)x[i]))) : x[i] < 0 ? 0 : x[i];
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
        for (int64_t i = 0; status == SUCCESS && i < shape->rows * shape->columns; i++)
            dx[i] = dy[i] * (mode == SIGMOID ? y[i] * (1 - y[i]) : y[i] > 0 ? 1.0f : 0.0f);
        return status;
    });
}

static int64_t winner(const float* row, int64_t columns) {
    int64_t best = 0;
    for (int64_t i = 1; i < columns; i++)
        if (row[i] > row[best] || row[i] != row[i]) best = i;
    return best;
}

EXPORT int cudnnPoolingForward(Handle* handle, const Pooling* pooling, const float*,
                               const Tensor* wide, const float* x, const float*,
                               const Tensor* narrow, float* y) {
    FAIL_IF_INJECTED("cudnnPoolingForward");
    if (wide->columns != pooling->columns || narrow->rows != wide->rows || narrow->columns != 1)
        return violation(BAD_PARAM, "tensors that do not fit the pooling");
    return enqueue(handle->stream, [=] {
        int status = checked({x}, wide);
        if (status == SUCCESS) status = checked({y}, narrow);
        for (int64_t i = 0; status == SUCCESS && i < wide->rows; i++)
            y[i] = x[i * wide->columns + winner(x + i * wide->columns, wide->columns)];
        return status;
    });
}

EXPORT int cudnnPoolingBackward(Handle* handle, const Pooling* pooling, const float*,
                                const Tensor* narrow, const float* y, const Tensor*,
                                const float* dy, const Tensor* wide, const float* x, const float*,
                                const Tensor*, float* dx) {
    FAIL_IF_INJECTED("cudnnPoolingBackward");
    if (wide->columns != pooling->columns || narrow->rows != wide->rows || x == dx)
        return violation(BAD_PARAM, "tensors that do not fit the pooling");
    return enqueue(handle->stream, [=] {
        int status = checked({x, dx}, wide);
        if (status == SUCCESS) status = checked({y, dy}, narrow);
        for (int64_t i = 0; status == SUCCESS && i < wide->rows; i++) {
            int64_t best = winner(x + i * wide->columns, wide->columns);
            if (x[i * wide->columns + best] != y[i])
                return violation(ILLEGAL_ADDRESS, "pooling's result is not that of its input");
            for (int64_t j = 0; j < wide->columns; j++)
                dx[i * wide->columns + j] = j == best ? dy[i] : 0.0f;
        }
        return status;
    });
}

EXPORT int cudnnDropoutForward(Handle* handle, const Dropout* dropout, const Tensor* shape,
                               const float* x, const Tensor*, float* y, void* reserve,
                               size_t bytes) {
    FAIL_IF_INJECTED("cudnnDropoutForward");
    if (bytes < (size_t)(shape->rows * shape->columns))
        return violation(BAD_PARAM, "dropout without room for its mask");
    Dropout d = *dropout;
    return enqueue(handle->stream, [=] {
        int status = checked({x, y}, shape);
        if (!on_device(reserve, (int64_t)bytes) || !on_device(d.state, STATE_BYTES))
            return violation(ILLEGAL_ADDRESS, "dropout's room is not device memory");
        for (int64_t i = 0; status == SUCCESS && i < shape->rows * shape->columns; i++) {
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
        int status = checked({dy, dx}, shape);
        if (!on_device(reserve, (int64_t)bytes))
            return violation(ILLEGAL_ADDRESS, "dropout's room is not device memory");
        for (int64_t i = 0; status == SUCCESS && i < shape->rows * shape->columns; i++)
            dx[i] = ((unsigned char*)reserve)[i] ? dy[i] / (1 - rate) : 0.0f;
        return status;
    });
}
