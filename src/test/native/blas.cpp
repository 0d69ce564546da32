// libcublasLt: products of float matrices, stored by columns.
#include "standin.h"

using namespace standin;

// cublasStatus_t
enum { NOT_INITIALIZED = 1, INVALID = 7, NOT_SUPPORTED = 15 };

// cublasLtMatmulDescAttributes_t and the values that are modelled
enum {
    DESC_POINTER_MODE = 2,
    DESC_TRANSA = 3,
    DESC_TRANSB = 4,
    DESC_EPILOGUE = 7,
    DESC_BIAS_POINTER = 8,
    DESC_BIAS_BATCH_STRIDE = 10,
    LAYOUT_BATCH_COUNT = 5,
    LAYOUT_STRIDED_BATCH_OFFSET = 6,
    PREFERENCE_WORKSPACE = 1,
    PREFERENCE_ALIGNMENT_A = 5,
    PREFERENCE_ALIGNMENT_D = 8,
    EPILOGUE_DEFAULT = 1,
    EPILOGUE_BIAS = 4,
    EPILOGUE_RELU_BIAS = 6,
    COMPUTE_32F = 68,
    COMPUTE_32F_FAST_16BF = 75,
    COMPUTE_32F_FAST_TF32 = 77,
    TYPE_32F = 0
};

struct Description {
    int32_t compute = 0, pointer_mode = 0, transpose_a = 0, transpose_b = 0, epilogue = 1;
    const float* bias = nullptr;
    int64_t bias_stride = 0;
    bool ran = false;
};

struct Layout {
    uint64_t rows, columns;
    int64_t leading, batch_stride = 0;
    int32_t batch = 1;
};

struct Preference {
    uint64_t workspace = 0;
    uint32_t alignment[4] = {256, 256, 256, 256};  // of A, B, C, D
};

// What lies in cublasLtMatmulAlgo_t: the question that was asked, to be compared when it is used.
struct Algorithm {
    uint32_t magic, alignment[4];
    uint32_t m, n, k, batch;
    int32_t compute, epilogue, pointer_mode;
    uint32_t workspace;
};
static const uint32_t MAGIC = 0x6A34A17;
static_assert(sizeof(Algorithm) <= 64, "cublasLtMatmulAlgo_t has 64 bytes");

struct Result {
    uint64_t algorithm[8];
    size_t workspace;
    int32_t state;
    float waves;
    int32_t reserved[4];
};

EXPORT size_t cublasLtGetVersion() { return (size_t)control().blas_version; }

EXPORT const char* cublasLtGetStatusName(int status) {
    return status == NOT_SUPPORTED ? "CUBLAS_STATUS_NOT_SUPPORTED" : "CUBLAS_STATUS_STAND_IN";
}

EXPORT int cublasLtCreate(void** handle) {
    FAIL_IF_INJECTED("cublasLtCreate");
    FORBIDDEN_IN_CAPTURE("cublasLtCreate");
    *handle = new int(0);
    created(*handle, "cublasLt");
    return 0;
}

EXPORT int cublasLtDestroy(void* handle) {
    FAIL_IF_INJECTED("cublasLtDestroy");
    if (!destroyed(handle, "cublasLt")) return violation(INVALID, "destroys no cublasLt");
    delete (int*)handle;
    return 0;
}

template <class T>
static int read(T* target, const void* value, size_t bytes) {
    if (bytes != sizeof(T)) return violation(INVALID, "an attribute of a wrong size");
    memcpy(target, value, bytes);
    return 0;
}

EXPORT int cublasLtMatmulDescCreate(void** description, int compute, int scale) {
    FAIL_IF_INJECTED("cublasLtMatmulDescCreate");
    FORBIDDEN_IN_CAPTURE("cublasLtMatmulDescCreate");
    if (scale != TYPE_32F || (compute != COMPUTE_32F && compute != COMPUTE_32F_FAST_TF32 &&
                              compute != COMPUTE_32F_FAST_16BF))
        return violation(INVALID, "a kind of arithmetic that is not modelled");
    Description* made = new Description();
    made->compute = compute;
    created(made, "description");
    *description = made;
    return 0;
}

EXPORT int cublasLtMatmulDescDestroy(void* description) {
    FAIL_IF_INJECTED("cublasLtMatmulDescDestroy");
    if (!destroyed(description, "description")) return violation(INVALID, "destroys nothing");
    delete (Description*)description;
    return 0;
}

EXPORT int cublasLtMatmulDescSetAttribute(void* description, int attribute, const void* value,
                                          size_t bytes) {
    FAIL_IF_INJECTED("cublasLtMatmulDescSetAttribute");
    if (!alive(description, "description")) return violation(INVALID, "describes nothing");
    Description* d = (Description*)description;
    switch (attribute) {
        case DESC_POINTER_MODE: return read(&d->pointer_mode, value, bytes);
        case DESC_TRANSA: return read(&d->transpose_a, value, bytes);
        case DESC_TRANSB: return read(&d->transpose_b, value, bytes);
        case DESC_EPILOGUE: return read(&d->epilogue, value, bytes);
        case DESC_BIAS_POINTER: return read(&d->bias, value, bytes);
        case DESC_BIAS_BATCH_STRIDE: return read(&d->bias_stride, value, bytes);
    }
    return violation(INVALID, "attribute " + std::to_string(attribute) + " is not modelled");
}

EXPORT int cublasLtMatrixLayoutCreate(void** layout, int type, uint64_t rows, uint64_t columns,
                                      int64_t leading) {
    FAIL_IF_INJECTED("cublasLtMatrixLayoutCreate");
    FORBIDDEN_IN_CAPTURE("cublasLtMatrixLayoutCreate");
    if (type != TYPE_32F || rows == 0 || columns == 0 || leading < (int64_t)rows)
        return violation(INVALID, "a layout that can't be");
    Layout* made = new Layout{rows, columns, leading};
    created(made, "layout");
    *layout = made;
    return 0;
}

EXPORT int cublasLtMatrixLayoutDestroy(void* layout) {
    FAIL_IF_INJECTED("cublasLtMatrixLayoutDestroy");
    if (!destroyed(layout, "layout")) return violation(INVALID, "destroys no layout");
    delete (Layout*)layout;
    return 0;
}

EXPORT int cublasLtMatrixLayoutSetAttribute(void* layout, int attribute, const void* value,
                                            size_t bytes) {
    FAIL_IF_INJECTED("cublasLtMatrixLayoutSetAttribute");
    if (!alive(layout, "layout")) return violation(INVALID, "lays out nothing");
    Layout* l = (Layout*)layout;
    if (attribute == LAYOUT_BATCH_COUNT) return read(&l->batch, value, bytes);
    if (attribute == LAYOUT_STRIDED_BATCH_OFFSET) return read(&l->batch_stride, value, bytes);
    return violation(INVALID, "a layout's attribute that is not modelled");
}

EXPORT int cublasLtMatmulPreferenceCreate(void** preference) {
    FAIL_IF_INJECTED("cublasLtMatmulPreferenceCreate");
    FORBIDDEN_IN_CAPTURE("cublasLtMatmulPreferenceCreate");
    *preference = new Preference();
    created(*preference, "preference");
    return 0;
}

EXPORT int cublasLtMatmulPreferenceDestroy(void* preference) {
    FAIL_IF_INJECTED("cublasLtMatmulPreferenceDestroy");
    if (!destroyed(preference, "preference")) return violation(INVALID, "destroys nothing");
    delete (Preference*)preference;
    return 0;
}

EXPORT int cublasLtMatmulPreferenceSetAttribute(void* preference, int attribute, const void* value,
                                                size_t bytes) {
    FAIL_IF_INJECTED("cublasLtMatmulPreferenceSetAttribute");
    Preference* p = (Preference*)preference;
    if (attribute == PREFERENCE_WORKSPACE) return read(&p->workspace, value, bytes);
    if (attribute >= PREFERENCE_ALIGNMENT_A && attribute <= PREFERENCE_ALIGNMENT_D)
        return read(&p->alignment[attribute - PREFERENCE_ALIGNMENT_A], value, bytes);
    return violation(INVALID, "a preference that is not modelled");
}

// The sizes of the product; false if the layouts contradict each other.
static bool sizes(const Description& d, const Layout& a, const Layout& b, const Layout& c,
                  const Layout& out, Algorithm* found) {
    uint64_t m = d.transpose_a ? a.columns : a.rows, k = d.transpose_a ? a.rows : a.columns;
    uint64_t n = d.transpose_b ? b.rows : b.columns, k2 = d.transpose_b ? b.columns : b.rows;
    found->m = (uint32_t)m;
    found->n = (uint32_t)n;
    found->k = (uint32_t)k;
    found->batch = (uint32_t)out.batch;
    return k == k2 && out.rows == m && out.columns == n && c.rows == m && c.columns == n &&
           a.batch == out.batch && b.batch == out.batch && c.batch == out.batch;
}

static bool has_bias(const Description& d) {
    return d.epilogue == EPILOGUE_BIAS || d.epilogue == EPILOGUE_RELU_BIAS;
}

// What a bias for a single column, or factors on the device, are refused with: 0 not at all; otherwise
// a status of the choice of the algorithm, or another number if the algorithm is proposed, and refused
// when it is to run.
static int refusal_of(const Description& d, uint32_t columns) {
    if (d.pointer_mode && control().refuse_device_scalars)
        return (int)control().refuse_device_scalars;
    return has_bias(d) && columns < 2 ? control().refuse_narrow_epilogues : 0;
}

EXPORT int cublasLtMatmulAlgoGetHeuristic(void* handle, void* description, void* a, void* b,
                                          void* c, void* d, void* preference, int wanted,
                                          Result* results, int* count) {
    FAIL_IF_INJECTED("cublasLtMatmulAlgoGetHeuristic");
    FORBIDDEN_IN_CAPTURE("cublasLtMatmulAlgoGetHeuristic");
    if (!alive(handle, "cublasLt") || wanted < 1) return violation(INVALID, "asks nobody");
    const Description& what = *(Description*)description;
    Algorithm found = {};
    if (!sizes(what, *(Layout*)a, *(Layout*)b, *(Layout*)c, *(Layout*)d, &found))
        return violation(INVALID, "layouts that contradict each other");
    if (what.epilogue != EPILOGUE_DEFAULT && !has_bias(what))
        return violation(NOT_SUPPORTED, "an epilogue that is not modelled");
    if (has_bias(what) && what.bias == nullptr)
        return violation(INVALID, "a bias that is not said before the algorithm is chosen");
    *count = 0;
    if (what.compute == control().refuse_compute) return NOT_SUPPORTED;
    int refusal = refusal_of(what, found.m);
    if (refusal == NOT_SUPPORTED || refusal == INVALID) return refusal;
    found.magic = MAGIC;
    memcpy(found.alignment, ((Preference*)preference)->alignment, sizeof found.alignment);
    found.compute = what.compute;
    found.epilogue = what.epilogue;
    found.pointer_mode = what.pointer_mode;
    // Some ask for room and some, where there is none to be had, don't.
    uint64_t room = ((Preference*)preference)->workspace;
    for (*count = 0; *count < wanted && *count < 3; ++*count) {
        found.workspace = 256u * ((found.m + found.n + (uint32_t)*count) % 3);
        if (found.workspace > room) found.workspace = 0;
        results[*count] = {};
        results[*count].workspace = found.workspace;
        memcpy(results[*count].algorithm, &found, sizeof found);
    }
    return 0;
}

struct Product {
    Description d;
    Layout a, b, c;
    const float *left, *right;
    float* out;
    const float *alpha, *beta;
    float host_alpha, host_beta;
    Algorithm algorithm;
};

static float factor_of(int32_t compute, float value) {
    return compute == COMPUTE_32F_FAST_TF32   ? tf32(value)
           : compute == COMPUTE_32F_FAST_16BF ? bf16(value)
                                              : value;
}

static void multiply(const Product& p, int64_t batch) {
    int64_t m = p.algorithm.m, n = p.algorithm.n, k = p.algorithm.k;
    const float* a = p.left + batch * p.a.batch_stride;
    const float* b = p.right + batch * p.b.batch_stride;
    float* out = p.out + batch * p.c.batch_stride;
    const float* bias = has_bias(p.d) ? p.d.bias + batch * p.d.bias_stride : nullptr;
    float alpha = p.d.pointer_mode ? *p.alpha : p.host_alpha;
    float beta = p.d.pointer_mode ? *p.beta : p.host_beta;
    std::vector<float> packed((size_t)(m * k)), sums((size_t)m);
    for (int64_t l = 0; l < k; l++)
        for (int64_t i = 0; i < m; i++)
            packed[(size_t)(l * m + i)] = factor_of(
                p.d.compute, p.d.transpose_a ? a[l + i * p.a.leading] : a[i + l * p.a.leading]);
    for (int64_t j = 0; j < n; j++) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (int64_t l = 0; l < k; l++) {
            float factor = factor_of(
                p.d.compute, p.d.transpose_b ? b[j + l * p.b.leading] : b[l + j * p.b.leading]);
            const float* column = &packed[(size_t)(l * m)];
            for (int64_t i = 0; i < m; i++) sums[(size_t)i] += column[i] * factor;
        }
        for (int64_t i = 0; i < m; i++) {
            float* place = out + i + j * p.c.leading;
            float value = alpha * sums[(size_t)i] + (beta == 0 ? 0.0f : beta * *place);
            if (bias != nullptr) value += bias[i];
            if (p.d.epilogue == EPILOGUE_RELU_BIAS && value < 0) value = 0;
            *place = value;
        }
    }
}

static int64_t span(const Layout& l) {
    return 4 * ((int64_t)(l.batch - 1) * l.batch_stride + (int64_t)(l.columns - 1) * l.leading +
                (int64_t)l.rows);
}

static bool aligned(const void* address, uint32_t bytes) { return (uintptr_t)address % bytes == 0; }

static int check_memory(const Product& p) {
    if (!on_device(p.left, span(p.a)) || !on_device(p.right, span(p.b)) ||
        !on_device(p.out, span(p.c)))
        return violation(INVALID, "a matrix that is not device memory");
    if (has_bias(p.d) && !on_device(p.d.bias, 4 * (int64_t)p.algorithm.m))
        return violation(INVALID, "a bias that is not device memory");
    if (p.d.pointer_mode && (!on_device(p.alpha, 4) || !on_device(p.beta, 4)))
        return violation(INVALID, "device pointers to the factors that are none");
    return 0;
}

EXPORT int cublasLtMatmul(void* handle, void* description, const void* alpha, const void* a,
                          void* a_layout, const void* b, void* b_layout, const void* beta,
                          const void* c, void* c_layout, void* d, void* d_layout,
                          const void* algorithm, void* workspace, size_t workspace_bytes,
                          void* stream) {
    FAIL_IF_INJECTED("cublasLtMatmul");
    if (!alive(handle, "cublasLt") || !alive(description, "description"))
        return violation(NOT_INITIALIZED, "a product of nobody");
    Product p = {*(Description*)description, *(Layout*)a_layout, *(Layout*)b_layout,
                 *(Layout*)d_layout, (const float*)a, (const float*)b, (float*)d,
                 (const float*)alpha, (const float*)beta, 0, 0, {}};
    Algorithm asked = {};
    if (algorithm == nullptr || c != d ||
        !sizes(p.d, p.a, p.b, *(Layout*)c_layout, p.c, &asked))
        return violation(INVALID, "a product without an algorithm, or of layouts that do not fit");
    memcpy(&p.algorithm, algorithm, sizeof p.algorithm);
    const Algorithm& chosen = p.algorithm;
    if (chosen.magic != MAGIC || chosen.m != asked.m || chosen.n != asked.n ||
        chosen.k != asked.k || chosen.batch != asked.batch || chosen.compute != p.d.compute ||
        chosen.epilogue != p.d.epilogue || chosen.pointer_mode != p.d.pointer_mode)
        return violation(INVALID, "an algorithm that was chosen for another product");
    if (refusal_of(p.d, chosen.m) != 0) return NOT_SUPPORTED;
    if (has_bias(p.d) && !aligned(p.d.bias, 16))
        return violation(INVALID, "a bias that vectors can't be read from");
    Description* described = (Description*)description;
    if (capturing() && !described->ran)
        return violation(NOT_SUPPORTED, "a product runs for the first time in a capture");
    described->ran = true;
    if (!aligned(a, chosen.alignment[0]) || !aligned(b, chosen.alignment[1]) ||
        !aligned(c, chosen.alignment[2]) || !aligned(d, chosen.alignment[3]))
        return violation(INVALID, "matrices less aligned than was promised");
    if (workspace_bytes < chosen.workspace ||
        (workspace_bytes > 0 &&
         (!on_device(workspace, (int64_t)workspace_bytes) || !aligned(workspace, 256))))
        return violation(INVALID, "a workspace that is too small or no aligned device memory");
    if (!p.d.pointer_mode) {
        if (on_device(alpha, 4) || on_device(beta, 4))
            return violation(INVALID, "host pointers to the factors that are device memory");
        p.host_alpha = *p.alpha;
        p.host_beta = *p.beta;
    }
    control().products++;
    return enqueue((Stream*)stream, [=] {
        int status = check_memory(p);
        for (int64_t batch = 0; status == 0 && batch < p.c.batch; batch++) multiply(p, batch);
        return status;
    });
}
