package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gan4j.device.Buffers;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.Epilogue;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every failure of a library is said, and leaves nothing behind: real libraries fail too rarely.
 */
@Tag("cuda")
@Tag("stand-in")
final class CudaFailureTest {
  private static final int ANY_FAILURE = 5;
  private static final int OUT_OF_MEMORY = 2;
  private static final int NOT_SUPPORTED = 15;
  private static final int COMPILATION = 6;
  private static final int BUILTINS = 7;

  /** Ways in which the stand-in refuses a bias for a single column. */
  private static final int INVALID_VALUE = 7;

  private static final int PROPOSED_BUT_REFUSED = 1;

  @TempDir private Path cache;

  @BeforeEach
  void reset() {
    StandIn.reset();
  }

  private Device open() {
    return new CudaDevice(0, DeviceOptions.DEFAULT, new KernelCache(cache));
  }

  private void train(KernelSet kernels, Recipe recipe) {
    DeviceOptions options = DeviceOptions.DEFAULT.withKernels(kernels);
    try (Device device = new CudaDevice(0, options, new KernelCache(cache))) {
      SmallGan.train(device, recipe, 1);
    }
  }

  private static long[] held() {
    return new long[] {StandIn.count(StandIn.Count.BYTES), StandIn.count(StandIn.Count.OBJECTS)};
  }

  private static void assertNothingLeft(long[] before, String after) {
    assertEquals(before[0], StandIn.count(StandIn.Count.BYTES), "bytes left after " + after);
    assertEquals(before[1], StandIn.count(StandIn.Count.OBJECTS), "objects left after " + after);
  }

  /** The first, the second and some later call of the function fails, as long as there is one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cudaGetDevice",
        "cudaDeviceGetAttribute",
        "cudaMalloc",
        "cudaMemsetAsync",
        "cudaMemcpyAsync",
        "cudaStreamCreateWithFlags",
        "cudaStreamSynchronize",
        "cudaStreamBeginCapture",
        "cudaStreamGetCaptureInfo",
        "cudaStreamUpdateCaptureDependencies",
        "cudaStreamEndCapture",
        "cudaGraphInstantiate",
        "cudaGraphLaunch",
        "cuModuleLoadData",
        "cuModuleGetFunction",
        "cuLaunchKernel",
        "nvrtcVersion",
        "nvrtcGetNumSupportedArchs",
        "nvrtcGetSupportedArchs",
        "nvrtcCreateProgram",
        "nvrtcCompileProgram",
        "nvrtcGetCUBINSize",
        "nvrtcGetCUBIN",
        "cublasLtCreate",
        "cublasLtMatmulDescCreate",
        "cublasLtMatmulDescSetAttribute",
        "cublasLtMatrixLayoutCreate",
        "cublasLtMatrixLayoutSetAttribute",
        "cublasLtMatmulPreferenceCreate",
        "cublasLtMatmulPreferenceSetAttribute",
        "cublasLtMatmulAlgoGetHeuristic",
        "cublasLtMatmul",
        "cudnnCreate",
        "cudnnSetStream",
        "cudnnCreateTensorDescriptor",
        "cudnnSetTensor4dDescriptor",
        "cudnnCreateActivationDescriptor",
        "cudnnSetActivationDescriptor",
        "cudnnCreatePoolingDescriptor",
        "cudnnSetPooling2dDescriptor",
        "cudnnCreateDropoutDescriptor",
        "cudnnDropoutGetStatesSize",
        "cudnnSetDropoutDescriptor",
        "cudnnDropoutGetReserveSpaceSize",
        "cudnnActivationForward",
        "cudnnActivationBackward",
        "cudnnPoolingForward",
        "cudnnPoolingBackward",
        "cudnnDropoutForward",
        "cudnnDropoutBackward",
        "cudnnAddTensor"
      })
  void aFailureIsSaidAndLeavesNothing(String function) throws Exception {
    boolean dnn = function.startsWith("cudnn");
    assertSaidAndNothingLeft(
        function,
        dnn ? KernelSet.LIBRARY : KernelSet.FUSED,
        dnn
            ? SmallGan.images(UpdateOrder.ALTERNATING, 2, true)
            : SmallGan.recipe(UpdateOrder.ALTERNATING, 2, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cudaMalloc",
        "cudaMemsetAsync",
        "cudaFree",
        "cudaStreamSynchronize",
        "cuLaunchKernel",
        "cudnnCreate",
        "cudnnSetStream",
        "cudnnCreateTensorDescriptor",
        "cudnnSetTensor4dDescriptor",
        "cudnnCreateFilterDescriptor",
        "cudnnSetFilter4dDescriptor",
        "cudnnCreateConvolutionDescriptor",
        "cudnnSetConvolution2dDescriptor",
        "cudnnSetConvolutionMathType",
        "cudnnGetConvolutionForwardAlgorithm_v7",
        "cudnnGetConvolutionForwardWorkspaceSize",
        "cudnnConvolutionForward",
        "cudnnGetConvolutionBackwardDataAlgorithm_v7",
        "cudnnGetConvolutionBackwardDataWorkspaceSize",
        "cudnnConvolutionBackwardData",
        "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
        "cudnnGetConvolutionBackwardFilterWorkspaceSize",
        "cudnnConvolutionBackwardFilter"
      })
  void aFailureOfConvolutionsIsSaidAndLeavesNothing(String function) throws Exception {
    for (KernelSet kernels : KernelSet.values()) {
      assertSaidAndNothingLeft(
          function, kernels, SmallGan.images(UpdateOrder.SIMULTANEOUS, 2, true));
    }
  }

  private void assertSaidAndNothingLeft(String function, KernelSet kernels, Recipe recipe)
      throws Exception {
    long[] before = held();
    int failures = 0;
    for (int call : new int[] {1, 2, 7, 40}) {
      for (Path entry : list(cache)) {
        Files.delete(entry);
      }
      StandIn.fail(function, ANY_FAILURE, call);
      DeviceException thrown = null;
      try {
        train(kernels, recipe);
      } catch (DeviceException e) {
        thrown = e;
      }
      if (StandIn.failed()) {
        failures++;
        assertTrue(thrown != null && thrown.getMessage().contains(function), "" + thrown);
      }
      assertNothingLeft(before, "call " + call + " of " + function);
    }
    assertTrue(failures > 0, function + " is never called");
    StandIn.reset();
    train(kernels, recipe);
    assertNothingLeft(before, "a run without failures");
    StandIn.assertNoViolation();
  }

  private static List<Path> list(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void closingSaysWhatFailedAfterFreeingTheRest() {
    for (String function : List.of("cudaFree", "cuModuleUnload", "cublasLtDestroy")) {
      Device device = open();
      DeviceArena arena = device.arena(1);
      arena.floats(1);
      arena.freeze();
      StandIn.fail(function, ANY_FAILURE, 1);
      String message = assertThrows(DeviceException.class, device::close).getMessage();
      assertTrue(message.contains(function), message);
      assertEquals(1, StandIn.failed() ? 1 : 0);
    }
  }

  @Test
  void closingAfterAConvolutionSaysWhatFailedAfterFreeingTheRest() {
    long bytes = StandIn.count(StandIn.Count.BYTES);
    for (String function :
        List.of(
            "cudnnDestroyConvolutionDescriptor",
            "cudnnDestroyFilterDescriptor",
            "cudnnDestroyTensorDescriptor",
            "cudnnDestroy")) {
      Device device = open();
      convolve(device);
      long objects = StandIn.count(StandIn.Count.OBJECTS);
      StandIn.fail(function, ANY_FAILURE, 1);
      String message = assertThrows(DeviceException.class, device::close).getMessage();
      assertTrue(message.contains(function + " said"), message);
      assertTrue(StandIn.failed());
      assertEquals(bytes, StandIn.count(StandIn.Count.BYTES));
      assertTrue(StandIn.count(StandIn.Count.OBJECTS) < objects - 5, "others were destroyed");
    }
  }

  private static void convolve(Device device) {
    ConvolutionShape shape = new ConvolutionShape(2, 5, 5, 3, 3, 1, 1);
    try (DeviceArena arena = device.arena(1)) {
      DeviceBuffer out = arena.floats(shape.outputs());
      DeviceBuffer in = arena.floats(shape.inputs());
      DeviceBuffer filters = arena.floats(shape.filters() * (long) shape.filterSize());
      arena.freeze();
      device.kernels().convolve(out, in, filters, null, shape, 1);
    }
  }

  @Test
  void withoutAFitAlgorithmThatIsSaid() {
    StandIn.set(StandIn.Setting.ONLY_UNFIT_CONVOLUTIONS, 1);
    for (DeviceOptions.Math math : DeviceOptions.Math.values()) {
      DeviceOptions options = DeviceOptions.DEFAULT.withMath(math);
      try (Device device = new CudaDevice(0, options, new KernelCache(cache))) {
        String message = assertThrows(DeviceException.class, () -> convolve(device)).getMessage();
        assertTrue(message.contains("no deterministic algorithm"), message);
        assertTrue(message.contains("256 MiB") && message.contains("kernel=3"), message);
      }
    }
    StandIn.assertNoViolation();
  }

  @Test
  void denseNetworksDoWithoutCudnn() {
    StandIn.fail("cudnnCreate", ANY_FAILURE, 1);
    train(KernelSet.FUSED, SmallGan.recipe(UpdateOrder.ALTERNATING, 2, true));
    assertFalse(StandIn.failed());
  }

  @Test
  void outOfMemorySaysHowMuchWasAskedAndFree() {
    try (Device device = open();
        DeviceArena arena = device.arena(3)) {
      arena.floats(200L << 20);
      String message = assertThrows(DeviceException.class, arena::freeze).getMessage();
      assertTrue(message.contains("asked for 2400 MiB"), message);
      long free = (1L << 30) - StandIn.count(StandIn.Count.BYTES);
      long rounded = (free + (1 << 20) - 1) >> 20;
      assertTrue(message.contains("only " + rounded + " MiB are free"), message);
    }
  }

  @Test
  void closingFreesEveryByte() {
    long[] before = held();
    for (int round = 0; round < 100; round++) {
      try (Device device = open()) {
        DeviceArena arena = device.arena(2);
        DeviceBuffer buffer = arena.floats(100);
        arena.freeze();
        device.record(() -> device.kernels().fill(buffer, 1)).close();
        if (round % 2 == 0) {
          arena.close();
        }
      }
      assertNothingLeft(before, "round " + round);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {NOT_SUPPORTED, INVALID_VALUE, PROPOSED_BUT_REFUSED})
  void productsWithoutTheirEpilogueGetTheBiasAfterwards(int how) {
    StandIn.set(StandIn.Setting.REFUSE_NARROW_EPILOGUES, how);
    float[] result = new float[2];
    try (Device device = open();
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer out = arena.floats(2);
      DeviceBuffer a = arena.floats(6);
      DeviceBuffer b = arena.floats(3);
      DeviceBuffer bias = arena.floats(1);
      arena.freeze();
      device.kernels().fill(a, 2);
      device.kernels().fill(b, 3);
      device.kernels().fill(bias, 0.5);
      device.kernels().affine(out, a, b, bias, Epilogue.RELU, 2, 1, 3);
      Buffers.read(out, 0, result);
    }
    assertEquals(18.5f, result[0]);
    assertEquals(18.5f, result[1]);
    StandIn.assertNoViolation();
  }

  @Test
  void kernelsAreCompiledOnceAndAgainWhenTheFileIsDamaged() throws Exception {
    long compilations = StandIn.count(StandIn.Count.COMPILATIONS);
    open().close();
    open().close();
    assertEquals(compilations + 1, StandIn.count(StandIn.Count.COMPILATIONS));
    Path file = list(cache).get(0);
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    open().close();
    Files.write(file, new byte[3]);
    open().close();
    open().close();
    assertEquals(compilations + 3, StandIn.count(StandIn.Count.COMPILATIONS));
    assertEquals(List.of(file), list(cache));
  }

  @Test
  void anotherCardGetsItsOwnKernels() {
    open().close();
    StandIn.set(StandIn.Setting.CAPABILITY, 120);
    open().close();
    // The first of its generation runs on it.
    StandIn.set(StandIn.Setting.CAPABILITY, 70);
    String message = assertThrows(DeviceException.class, this::open).getMessage();
    assertTrue(message.contains("sm_70") && message.contains("75, 80"), message);
  }

  @Test
  void aCompilersComplaintIsShown() {
    StandIn.fail("nvrtcCompileProgram", COMPILATION, 1);
    String message = assertThrows(DeviceException.class, this::open).getMessage();
    assertTrue(message.contains("as the test wanted"), message);
    StandIn.fail("nvrtcCompileProgram", BUILTINS, 1);
    message = assertThrows(DeviceException.class, this::open).getMessage();
    assertTrue(message.contains("as the test wanted"), message);
  }

  private Optional<String> probe() {
    return CudaProbe.absence().or(() -> new CudaProbe(new KernelCache(cache)).failure(0));
  }

  private void assertProbeSays(String... parts) {
    String reason = probe().orElse("nothing");
    for (String part : parts) {
      assertTrue(reason.contains(part), reason);
    }
    assertEquals(1, reason.lines().count());
  }

  @Test
  void theProbeSaysWhatIsWrong() {
    assertEquals(Optional.empty(), probe());
    StandIn.set(StandIn.Setting.DRIVER, 12080);
    assertProbeSays("driver is too old", "CUDA 12.8", "CUDA 13.0", "update the driver");
    StandIn.set(StandIn.Setting.DRIVER, 13010);
    StandIn.set(StandIn.Setting.DEVICES, 0);
    assertProbeSays("no NVIDIA GPU is visible");
    StandIn.set(StandIn.Setting.DEVICES, 1);
    StandIn.memory(16);
    assertProbeSays("out of memory", "asked for", "free");
    StandIn.reset();
    StandIn.fail("cublasLtMatmulAlgoGetHeuristic", NOT_SUPPORTED, 1);
    assertProbeSays("cuBLASLt has no algorithm");
    StandIn.fail("cudaGetDeviceCount", 999, 1);
    assertProbeSays("cudaGetDeviceCount");
    StandIn.fail("cudaMalloc", OUT_OF_MEMORY, 1);
    assertProbeSays("out of memory");
    assertEquals(Optional.empty(), probe());
  }

  @Test
  void thereIsNoCardOfThatNumber() {
    Device.open("cuda:1").close();
    String message =
        assertThrows(IllegalArgumentException.class, () -> Device.cuda(2)).getMessage();
    assertTrue(message.contains("cuda:2") && message.contains("cuda:1"), message);
    assertThrows(IllegalArgumentException.class, () -> Device.open("cuda:-1"));
    assertThrows(IllegalArgumentException.class, () -> Device.open("cpu:1"));
  }

  @Test
  void autoTakesTheGpu() {
    List<String> notices = new ArrayList<>();
    try (Device device = Device.open("auto", DeviceOptions.DEFAULT, notices::add)) {
      assertTrue(device.description().startsWith("cuda:0 ("), device.description());
    }
    StandIn.fail("cudaStreamCreateWithFlags", OUT_OF_MEMORY, 1);
    try (Device device = Device.open("auto", DeviceOptions.DEFAULT, notices::add)) {
      assertTrue(device.description().startsWith("cpu ("), device.description());
    }
    assertEquals(1, notices.size());
    assertTrue(notices.get(0).contains("cudaErrorMemoryAllocation"), notices.get(0));
    assertFalse(notices.get(0).contains("\n"));
  }

  @Test
  void theInventoryNamesVersionsPlacesAndCards() {
    String text = String.join("\n", new CudaProvider().inventory());
    for (String part :
        new String[] {
          "CUDA run-time library 13.0 (/",
          "driver for CUDA 13.0",
          "cuBLASLt 13.0.2",
          "NVRTC 13.0",
          "cuDNN 9.19.0",
          "NCCL, for several ranks 2.29.3",
          "cuda:0 stand-in, sm_90",
          "cuda:1"
        }) {
      assertTrue(text.contains(part), text);
    }
  }
}
