/**
 * Generative adversarial nets on native kernels.
 *
 * <p>What is exported is the API. On a module path the native libraries are modules too: {@code
 * --add-modules org.gan4j.natives.linux.x86_64} or {@code org.gan4j.natives.linux.arm64}; for GPUs
 * {@code org.bytedeco.cuda.linux.x86_64}, and for charts {@code org.knowm.xchart}.
 */
@SuppressWarnings("requires-automatic")
module org.gan4j {
  requires com.fasterxml.jackson.core;
  requires org.bytedeco.dnnl;
  requires org.bytedeco.javacpp;
  requires org.snakeyaml.engine;
  requires transitive java.desktop;
  requires java.net.http;
  requires static com.microsoft.onnxruntime;
  requires static info.picocli;
  requires static me.tongfei.progressbar;
  requires static org.bytedeco.cuda;
  requires static org.knowm.xchart;

  exports org.gan4j;
  exports org.gan4j.data;
  exports org.gan4j.device;
  exports org.gan4j.eval;
  exports org.gan4j.experiment;
  exports org.gan4j.gan;
  exports org.gan4j.layers;
  exports org.gan4j.recipe;
  exports org.gan4j.report;
  exports org.gan4j.run;
  exports org.gan4j.theory;

  // Its commands are found by reflection.
  opens org.gan4j.cli to
      info.picocli;

  uses org.gan4j.device.DeviceProvider;

  provides org.gan4j.device.DeviceProvider with
      org.gan4j.device.cpu.CpuProvider,
      org.gan4j.device.cuda.CudaProvider;
}
