package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.cublasLtGetVersion;
import static org.bytedeco.cuda.global.cudart.cudaDriverGetVersion;
import static org.bytedeco.cuda.global.cudart.cudaRuntimeGetVersion;
import static org.bytedeco.cuda.global.cudnn.cudnnGetVersion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The CUDA libraries of this machine: whether they are there, which versions, and where. */
enum Libraries {
  /** The run-time library, and the driver behind it. */
  RUNTIME("org.bytedeco.cuda.global.cudart", "libcudart.so"),
  /** Matrix products. */
  BLAS("org.bytedeco.cuda.global.cublas", "libcublasLt.so"),
  /** The compiler of our kernels. */
  COMPILER("org.bytedeco.cuda.global.nvrtc", "libnvrtc.so"),
  /** Convolutions; activations, pooling and dropout for the kernels of the libraries. */
  DNN("org.bytedeco.cuda.global.cudnn", "libcudnn_ops.so"),
  /** What ranks tell each other. */
  COLLECTIVES("org.bytedeco.cuda.global.nccl", "libnccl.so");

  private static final Pattern MISSING =
      Pattern.compile("(lib[\\w.-]+): cannot open shared object");
  private static final String DRIVER = "libcuda.so";

  private final String binding;
  private final String file;
  private Optional<String> failure;

  Libraries(String binding, String file) {
    this.binding = binding;
    this.file = file;
  }

  /**
   * Loads the library, once.
   *
   * @return empty if it is there, else the cause and the remedy
   */
  synchronized Optional<String> failure() {
    if (failure == null) {
      failure = load();
    }
    return failure;
  }

  private Optional<String> load() {
    // The others need it too, and would say so less clearly.
    if (this != RUNTIME && RUNTIME.failure().isPresent()) {
      return RUNTIME.failure();
    }
    try {
      Class.forName(binding, true, Libraries.class.getClassLoader());
      if (this == COMPILER) {
        loadBuiltins();
      }
      return Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.of(
          binding + " is missing: add the dependency org.gan4j:gan4j-cuda, of type pom");
    } catch (LinkageError e) {
      return Optional.of(explain(e));
    }
  }

  /**
   * NVRTC opens the library of its own functions by its name alone when it first compiles, which
   * finds it in the system's folders, or anywhere if it is loaded already.
   */
  private static void loadBuiltins() {
    String builtins = "libnvrtc-builtins.so." + KernelCompiler.version();
    COMPILER
        .path()
        .map(path -> Path.of(path).resolveSibling(builtins))
        .filter(Files::exists)
        .ifPresent(path -> System.load(path.toString()));
  }

  private static String explain(LinkageError error) {
    String last = String.valueOf(error.getMessage());
    for (Throwable e = error; e != null; e = e.getCause()) {
      last = String.valueOf(e.getMessage());
      Matcher missing = MISSING.matcher(last);
      if (missing.find()) {
        return explain(missing.group(1));
      }
    }
    return "CUDA's libraries can't be loaded: " + last.lines().findFirst().orElse(last);
  }

  /** Why a file that the loader did not find is needed, and how to get it. */
  static String explain(String missing) {
    if (missing.startsWith(DRIVER)) {
      return "no NVIDIA driver: "
          + missing
          + " was not found; install NVIDIA's driver, release 580"
          + " or newer (nvidia-smi then lists the GPU)";
    }
    String remedy =
        missing.startsWith("libcudnn")
            ? "install cuDNN " + major(missing) + " for CUDA 13" + otherDnn(missing)
            : missing.startsWith("libnccl")
                ? "install NCCL " + major(missing) + " for CUDA 13"
                : "install CUDA " + major(missing);
    return missing
        + " was not found, searched in "
        + String.join(", ", folders().map(Path::toString).toList())
        + " and the system's folders; "
        + remedy
        + ", or name its folder in LD_LIBRARY_PATH";
  }

  private static String major(String file) {
    return file.substring(file.lastIndexOf('.') + 1);
  }

  private static String otherDnn(String missing) {
    String name = missing.substring(0, missing.indexOf(".so"));
    return folders()
        .flatMap(Libraries::list)
        .map(path -> path.getFileName().toString())
        .filter(file -> file.matches(Pattern.quote(name) + "\\.so\\.\\d+"))
        .findFirst()
        .map(file -> ", there is only version " + major(file))
        .orElse("");
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static Stream<Path> folders() {
    String given = System.getenv("LD_LIBRARY_PATH");
    Stream<String> path = given == null ? Stream.empty() : Stream.of(given.split(":"));
    return Stream.concat(Stream.of("/usr/local/cuda/lib64"), path)
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .distinct();
  }

  /** Where the loaded library lies. */
  Optional<String> path() {
    return mapped(file);
  }

  static Optional<String> driverPath() {
    return mapped(DRIVER);
  }

  private static Optional<String> mapped(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The version of the loaded library. */
  String version() {
    return switch (this) {
      case RUNTIME -> runtimeVersion();
      case BLAS -> {
        long version = cublasLtGetVersion();
        yield version / 10000 + "." + version / 100 % 100 + "." + version % 100;
      }
      case COMPILER -> KernelCompiler.version();
      case DNN -> {
        long version = cudnnGetVersion();
        yield version / 10000 + "." + version / 100 % 100 + "." + version % 100;
      }
      case COLLECTIVES -> NcclInterconnect.version();
    };
  }

  static String runtimeVersion() {
    int[] version = new int[1];
    Status.cuda(cudaRuntimeGetVersion(version), "cudaRuntimeGetVersion");
    return dotted(version[0]);
  }

  /** The newest CUDA that the driver can run. */
  static String driverVersion() {
    int[] version = new int[1];
    Status.cuda(cudaDriverGetVersion(version), "cudaDriverGetVersion");
    return dotted(version[0]);
  }

  private static String dotted(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
