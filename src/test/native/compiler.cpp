// libnvrtc: the interface only; kernels.cpp has the kernels.
#include "standin.h"

#include <dlfcn.h>

using namespace standin;

// nvrtcResult
enum {
    OUT_OF_RANGE = 3,
    INVALID_PROGRAM = 4,
    INVALID_OPTION = 5,
    COMPILATION = 6,
    BUILTIN_OPERATION_FAILURE = 7
};

struct Program {
    std::string source, cubin, log;
};

static const int ARCHITECTURES[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};
static const int COUNT = sizeof ARCHITECTURES / sizeof *ARCHITECTURES;

EXPORT const char* nvrtcGetErrorString(int status) {
    return status == INVALID_OPTION ? "NVRTC_ERROR_INVALID_OPTION" : "NVRTC_ERROR_STAND_IN";
}

EXPORT int nvrtcVersion(int* major, int* minor) {
    FAIL_IF_INJECTED("nvrtcVersion");
    *major = 13;
    *minor = 0;
    return 0;
}

EXPORT int nvrtcGetNumSupportedArchs(int* count) {
    FAIL_IF_INJECTED("nvrtcGetNumSupportedArchs");
    *count = COUNT;
    return 0;
}

EXPORT int nvrtcGetSupportedArchs(int* known) {
    FAIL_IF_INJECTED("nvrtcGetSupportedArchs");
    memcpy(known, ARCHITECTURES, sizeof ARCHITECTURES);
    return 0;
}

EXPORT int nvrtcCreateProgram(void** program, const char* source, const char*, int headers,
                              const char* const*, const char* const*) {
    FAIL_IF_INJECTED("nvrtcCreateProgram");
    if (headers != 0) return violation(INVALID_PROGRAM, "headers are not modelled");
    Program* made = new Program{source, "", ""};
    created(made, "program");
    *program = made;
    return 0;
}

EXPORT int nvrtcDestroyProgram(void** program) {
    FAIL_IF_INJECTED("nvrtcDestroyProgram");
    if (!destroyed(*program, "program")) return violation(INVALID_PROGRAM, "destroys no program");
    delete (Program*)*program;
    *program = nullptr;
    return 0;
}

EXPORT int nvrtcCompileProgram(void* program, int count, const char* const* options) {
    if (!alive(program, "program")) return violation(INVALID_PROGRAM, "compiles no program");
    Program* p = (Program*)program;
    if (injected("nvrtcCompileProgram")) {
        p->log = "kernels.cu(1): error: as the test wanted";
        return control().status;
    }
    // The real one opens it now, where the loader finds it or it is loaded already.
    if (dlopen("libnvrtc-builtins.so.13.0", RTLD_LAZY | RTLD_NOLOAD) == nullptr) {
        p->log = "nvrtc: error: failed to open libnvrtc-builtins.so.13.0.";
        return BUILTIN_OPERATION_FAILURE;
    }
    control().compilations++;
    bool exact = false, device = false, known = false;
    for (int i = 0; i < count; i++) {
        std::string option = options[i];
        exact |= option == "--fmad=false";
        device |= option == "--device-as-default-execution-space";
        for (int architecture : ARCHITECTURES)
            if (option == "--gpu-architecture=sm_" + std::to_string(architecture)) {
                known = true;
                p->cubin = "gan4j stand-in cubin sm_" + std::to_string(architecture);
            }
    }
    if (!known) return violation(INVALID_OPTION, "compiles for an unknown architecture");
    if (!exact) return violation(INVALID_OPTION, "contracts products and sums");
    if (!device) return violation(INVALID_OPTION, "has generic lambdas for the host");
    if (p->source.find("#include \"") != std::string::npos ||
        p->source.find("KERNEL(update,") == std::string::npos)
        return violation(COMPILATION, "a source whose own includes are missing");
    return 0;
}

EXPORT int nvrtcGetProgramLogSize(void* program, size_t* size) {
    FAIL_IF_INJECTED("nvrtcGetProgramLogSize");
    *size = ((Program*)program)->log.size() + 1;
    return 0;
}

EXPORT int nvrtcGetProgramLog(void* program, char* log) {
    FAIL_IF_INJECTED("nvrtcGetProgramLog");
    memcpy(log, ((Program*)program)->log.c_str(), ((Program*)program)->log.size() + 1);
    return 0;
}

EXPORT int nvrtcGetCUBINSize(void* program, size_t* size) {
    FAIL_IF_INJECTED("nvrtcGetCUBINSize");
    *size = ((Program*)program)->cubin.size() + 1;
    return 0;
}

EXPORT int nvrtcGetCUBIN(void* program, char* cubin) {
    FAIL_IF_INJECTED("nvrtcGetCUBIN");
    memcpy(cubin, ((Program*)program)->cubin.c_str(), ((Program*)program)->cubin.size() + 1);
    return 0;
}
