package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.cublasLtGetStatusName;
import static org.bytedeco.cuda.global.cudart.cudaGetErrorName;
import static org.bytedeco.cuda.global.cudart.cudaGetErrorString;
import static org.bytedeco.cuda.global.cudart.cudaGetLastError;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;
import static org.bytedeco.cuda.global.nccl.ncclGetErrorString;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetErrorString;

import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nccl;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.BytePointer;
import org.gan4j.device.DeviceException;

/** Turns the status that a CUDA function returned into an exception that names the function. */
final class Status {
  private Status() {}

  /** Of the run-time library and, with the same numbers, of the driver. */
  static void cuda(int status, String function) {
    if (status != cudart.cudaSuccess) {
      // Also clears it, or a later call would report it again.
      cudaGetLastError();
      throw failure(function, describe(status));
    }
  }

  static String describe(int status) {
    return text(cudaGetErrorName(status), status) + ", " + text(cudaGetErrorString(status), status);
  }

  static void blas(int status, String function) {
    if (status != cublas.CUBLAS_STATUS_SUCCESS) {
      throw failure(function, text(cublasLtGetStatusName(status), status));
    }
  }

  static void dnn(int status, String function) {
    if (status != cudnn.CUDNN_STATUS_SUCCESS) {
      throw failure(function, text(cudnnGetErrorString(status), status));
    }
  }

  static void nccl(int status, String function) {
    if (status != nccl.ncclSuccess && status != nccl.ncclInProgress) {
      throw failure(function, ncclText(status));
    }
  }

  static String ncclText(int status) {
    return text(ncclGetErrorString(status), status);
  }

  /** Whether cuDNN can't do what it was asked for; the code's last digits say why. */
  static boolean isUnsupported(int status) {
    return status / 1000 == cudnn.CUDNN_STATUS_NOT_SUPPORTED / 1000;
  }

  static void compiler(int status, String function) {
    if (status != nvrtc.NVRTC_SUCCESS) {
      throw failure(function, compilerText(status));
    }
  }

  static String compilerText(int status) {
    return text(nvrtcGetErrorString(status), status);
  }

  private static String text(BytePointer name, int status) {
    return name == null || name.isNull() ? "status " + status : name.getString();
  }

  private static DeviceException failure(String function, String why) {
    return new DeviceException(
        "the GPU failed: "
            + function
            + " said "
            + why
            + "; `gan4j doctor` shows what is installed");
  }
}
