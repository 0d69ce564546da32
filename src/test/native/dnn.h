// What the two parts of libcudnn share.
#pragma once

#include "standin.h"

namespace standin {

// cudnnStatus_t
enum { BAD_PARAM = 2000, DNN_NOT_SUPPORTED = 3000, DNN_SHAPE_NOT_SUPPORTED = 3002 };

// cudnnDataType_t, cudnnTensorFormat_t
enum { FLOAT = 0, NCHW = 0 };

struct Handle {
    Stream* stream = nullptr;
};

struct Tensor {
    int64_t n = 0, c = 0, h = 0, w = 0;
    int64_t count() const { return n * c * h * w; }
    int64_t bytes() const { return 4 * count(); }
};

template <class T>
int create(T** object, const char* kind, const char* function) {
    FAIL_IF_INJECTED(function);
    FORBIDDEN_IN_CAPTURE(function);
    *object = new T();
    created(*object, kind);
    return 0;
}

template <class T>
int destroy(T* object, const char* kind, const char* function) {
    FAIL_IF_INJECTED(function);
    if (!destroyed(object, kind)) return violation(BAD_PARAM, "destroys what is not there");
    delete object;
    return 0;
}

#define LIFE(Name, Type, kind)                                                       \
    EXPORT int cudnnCreate##Name(Type** made) { return create(made, kind, "cudnnCreate" #Name); } \
    EXPORT int cudnnDestroy##Name(Type* old) { return destroy(old, kind, "cudnnDestroy" #Name); }

}  // namespace standin
