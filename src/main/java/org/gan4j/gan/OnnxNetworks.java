package org.gan4j.gan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.io.Onnx;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BatchNormalisation;
import org.gan4j.layers.BiasPer;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;

/**
 * Writes networks as ONNX files (opset 17), for other programs. {@link Generator#open} and {@link
 * Discriminator#open} read them again, to the bit.
 */
public final class OnnxNetworks {
  static final String GENERATOR = "gan4j-onnx-generator-1";
  static final String DISCRIMINATOR = "gan4j-onnx-discriminator-1";

  private static final String CONDITION = "condition";
  private static final int CHUNK = 1 << 18;
  private static final float WHITE = 255;

  /** Less than any value that shows, so that nothing is divided by 0. */
  private static final float LITTLE = 1e-30f;

  private final Gan gan;
  private final int replica;
  private final Recipe recipe;
  private final Onnx onnx;

  private OnnxNetworks(Gan gan, int replica, String name) {
    gan.requireValues();
    this.gan = gan;
    this.replica = replica;
    this.recipe = gan.recipe().ofReplica(replica);
    this.onnx = new Onnx(name);
  }

  /**
   * Writes a generator: z, FLOAT [N][noise size], to samples, FLOAT [N][channels][height][width].
   * Where the recipe has a condition that is a second input: condition, FLOAT [N][its width].
   *
   * @param file where to, replaced atomically; its folder exists
   * @param gan trained; not modified
   * @param replica which of its generators, from 0
   * @throws IllegalArgumentException if there is no such replica, the generator has a layer that
   *     ONNX can't say, or is too large for such a file
   * @throws IllegalStateException if the networks have no values yet
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public static void writeGenerator(Path file, Gan gan, int replica) {
    OnnxNetworks networks = new OnnxNetworks(gan, replica, "generator");
    networks.onnx.input("z", gan.recipe().noise().size());
    networks.condition();
    networks.named("samples", networks.generator("z"), gan.shape());
    networks.onnx.output("samples", Onnx.Type.FLOAT, dimensions(gan.shape()));
    networks.write(file, GENERATOR);
  }

  /**
   * Writes a generator of pictures, as programs that measure generators take it: noise, FLOAT
   * [N][noise size] of U(0, 1) or N(0, 1) as the recipe has it, to images, UINT8
   * [N][3][height][width]; grey is repeated. Values of 0 to 1 are 0 to 255 where the network ends
   * in sigmoids; else each picture has its own range, ½ + ½ · value / the largest absolute value in
   * it.
   *
   * @param file where to, replaced atomically; its folder exists
   * @param gan trained; not modified
   * @param replica which of its generators, from 0
   * @throws IllegalArgumentException if there is no such replica, samples are no pictures, the
   *     generator has a condition or a layer that ONNX can't say, or is too large for such a file
   * @throws IllegalStateException if the networks have no values yet
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public static void writePictures(Path file, Gan gan, int replica) {
    ImageShape shape = gan.shape();
    if (!shape.isPicture()) {
      throw new IllegalArgumentException(
          "samples of " + shape + " are no pictures, which have 1 or 3 channels: export floats");
    }
    if (gan.isConditional()) {
      throw new IllegalArgumentException(
          "programs that measure generators give them noise alone, but this one has a condition:"
              + " export floats, whose second input it is");
    }
    OnnxNetworks networks = new OnnxNetworks(gan, replica, "pictures");
    networks.onnx.input("noise", gan.recipe().noise().size());
    networks.pictures(networks.generator(networks.z("noise")));
    networks.onnx.output("images", Onnx.Type.UINT8, 3, shape.height(), shape.width());
    networks.write(file, GENERATOR);
  }

  /**
   * Writes a discriminator: x, FLOAT [N][channels][height][width] as it is in training, to logit,
   * FLOAT [N][1]; with a condition as {@link #writeGenerator}.
   *
   * @param file where to, replaced atomically; its folder exists
   * @param gan trained; not modified
   * @param replica which of its discriminators, from 0
   * @throws IllegalArgumentException if there is no such replica, the discriminator has a layer
   *     that ONNX can't say, or is too large for such a file
   * @throws IllegalStateException if the networks have no values yet
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public static void writeDiscriminator(Path file, Gan gan, int replica) {
    if (gan.recipe().labels() != null) {
      throw new IllegalArgumentException(
          "a discriminator with a logit of each class is not written as ONNX: export weights");
    }
    OnnxNetworks networks = new OnnxNetworks(gan, replica, "discriminator");
    networks.onnx.input("x", dimensions(gan.shape()));
    networks.condition();
    String flat = networks.onnx.reshape("x", gan.shape().size());
    String logit =
        networks.layers(
            flat, "discriminator.", networks.recipe.discriminator(), gan.discriminatorForUse());
    networks.onnx.named("logit", "Identity", Map.of(), logit);
    networks.onnx.output("logit", Onnx.Type.FLOAT, 1);
    networks.write(file, DISCRIMINATOR);
  }

  /** The second input, where there is one. */
  private void condition() {
    if (gan.isConditional()) {
      onnx.input(CONDITION, recipe.condition().width());
    }
  }

  private static long[] dimensions(ImageShape shape) {
    return new long[] {shape.channels(), shape.height(), shape.width()};
  }

  private void write(Path file, String format) {
    Map<String, String> metadata = new LinkedHashMap<>();
    CheckpointHeader.describe(metadata, format, gan, recipe);
    metadata.putAll(Architecture.of(recipe, gan.shape()));
    onnx.metadata(metadata);
    onnx.write(file);
  }

  private void named(String name, String value, ImageShape shape) {
    onnx.named(name, "Identity", Map.of(), onnx.reshape(value, dimensions(shape)));
  }

  private String generator(String z) {
    return layers(z, "generator.", recipe.generator(), gan.generatorForUse());
  }

  /** Of the standard distribution. */
  private String z(String noise) {
    Noise spec = recipe.noise().ofSamples();
    float scale = (float) spec.scale();
    if (spec.distribution() == Noise.Distribution.NORMAL) {
      return onnx.node("Mul", Map.of(), noise, onnx.number(scale));
    }
    String wide = onnx.node("Mul", Map.of(), noise, onnx.number(2 * scale));
    return onnx.node("Add", Map.of(), wide, onnx.number((float) (spec.mean() - spec.scale())));
  }

  private void pictures(String samples) {
    String light = samples;
    if (!gan.endsInSigmoids()) {
      String size = onnx.node("Abs", Map.of(), samples);
      String largest = onnx.node("ReduceMax", Map.of("axes", new long[] {1}, "keepdims", 1L), size);
      String some = onnx.node("Max", Map.of(), largest, onnx.number(LITTLE));
      String own = onnx.node("Div", Map.of(), samples, some);
      String half = onnx.node("Mul", Map.of(), own, onnx.number(0.5f));
      light = onnx.node("Add", Map.of(), half, onnx.number(0.5f));
    }
    String level = onnx.node("Mul", Map.of(), light, onnx.number(WHITE));
    String whole = onnx.node("Round", Map.of(), level);
    String bytes = onnx.node("Cast", Map.of("to", 2L), whole);
    String image = onnx.reshape(bytes, dimensions(gan.shape()));
    if (gan.shape().channels() == 1) {
      onnx.named("images", "Concat", Map.of("axis", 1L), image, image, image);
    } else {
      onnx.named("images", "Identity", Map.of(), image);
    }
  }

  private String layers(String in, String prefix, List<LayerSpec> specs, Network network) {
    return layers(in, prefix, "", specs, network);
  }

  /**
   * Values that enter and leave a layer are [N][values]; those of a branch have names of its own.
   */
  private String layers(
      String in, String prefix, String branch, List<LayerSpec> specs, Network network) {
    String value = in;
    for (int i = 0; i < specs.size(); i++) {
      Layer layer = new Layer(prefix, branch + i + ".", network);
      LayerSpec spec = specs.get(i);
      if (spec instanceof Join join) {
        value = join(value, prefix, join, network);
      } else if (spec instanceof LayerSpec.Dense dense) {
        value = activation(layer.affine(value), dense.activation());
      } else if (spec instanceof WeightNormalised normalised) {
        value = activation(layer.normalisedAffine(value), normalised.activation());
      } else if (spec instanceof LayerSpec.Maxout maxout) {
        String pieces = onnx.reshape(layer.affine(value), maxout.units(), maxout.pieces());
        value = onnx.node("ReduceMax", Map.of("axes", new long[] {2}, "keepdims", 0L), pieces);
      } else if (spec instanceof LayerSpec.Convolution convolution) {
        value = layer.convolution(value, convolution);
      } else if (spec instanceof LayerSpec.Deconvolution deconvolution) {
        value = layer.deconvolution(value, deconvolution);
      } else if (spec instanceof BatchNormalisation normalisation) {
        value = activation(layer.normalised(value, normalisation), normalisation.activation());
      } else if (spec.isNoisy() || !spec.parameters(1).isEmpty()) {
        throw unsayable(prefix, i, spec);
      }
    }
    return value;
  }

  /** The first layer: its inputs are that of the network and the condition. */
  private String join(String in, String prefix, Join join, Network network) {
    String[] values = {in, CONDITION};
    for (int b = 0; b < values.length; b++) {
      List<LayerSpec> specs = join.branches().get(b).layers();
      values[b] = layers(values[b], prefix, "0.branch" + b + ".", specs, network);
    }
    return onnx.node("Concat", Map.of("axis", 1L), values);
  }

  private static IllegalArgumentException unsayable(String prefix, int layer, LayerSpec spec) {
    return new IllegalArgumentException(
        "layer "
            + layer
            + " of the "
            + prefix.replace(".", "")
            + " ("
            + spec.structure()
            + ") can't be written as ONNX: a network there is a function of one input; export the"
            + " weights in its place");
  }

  private String activation(String value, Activation activation) {
    return switch (activation) {
      case LINEAR -> value;
      case RELU -> onnx.node("Relu", Map.of(), value);
      case SIGMOID -> onnx.node("Sigmoid", Map.of(), value);
      case SOFTPLUS -> onnx.node("Softplus", Map.of(), value);
      case TANH -> onnx.node("Tanh", Map.of(), value);
    };
  }

  /** One layer with its parameters. */
  private final class Layer {
    private final String prefix;
    private final String number;
    private final Network network;

    Layer(String prefix, String number, Network network) {
      this.prefix = prefix;
      this.number = number;
      this.network = network;
    }

    private Parameter parameter(String role) {
      return network.parameters().stream()
          .filter(p -> p.name().equals(number + role))
          .findFirst()
          .orElseThrow();
    }

    private String tensor(String role, long... shape) {
      DeviceBuffer buffer = parameter(role).value();
      return onnx.tensor(
          prefix + number + role,
          out -> {
            for (long at = 0; at < buffer.length(); at += CHUNK) {
              float[] part = new float[(int) Math.min(CHUNK, buffer.length() - at)];
              Buffers.read(buffer, replica, at, part);
              out.write(part);
            }
          },
          shape);
    }

    String affine(String in) {
      Parameter weights = parameter("weights");
      return onnx.node(
          "Gemm",
          Map.of(),
          in,
          tensor("weights", weights.rows(), weights.columns()),
          tensor("biases", weights.columns()));
    }

    /** With columns that have the lengths of their scales. */
    String normalisedAffine(String in) {
      Parameter columns = parameter("weights");
      String directions = tensor("weights", columns.rows(), columns.columns());
      String norms =
          onnx.node("ReduceL2", Map.of("axes", new long[] {0}, "keepdims", 1L), directions);
      String factors = onnx.node("Div", Map.of(), tensor("scale", 1, columns.columns()), norms);
      String weights = onnx.node("Mul", Map.of(), directions, factors);
      return onnx.node("Gemm", Map.of(), in, weights, tensor("biases", columns.columns()));
    }

    /** By what ran along in training. */
    String normalised(String in, BatchNormalisation spec) {
      long width = parameter("scale").columns();
      String centred = onnx.node("Sub", Map.of(), in, tensor("mean", width));
      String variance =
          onnx.node(
              "Add", Map.of(), tensor("variance", width), onnx.number((float) spec.epsilon()));
      String deviation = onnx.node("Sqrt", Map.of(), variance);
      String normal = onnx.node("Div", Map.of(), centred, deviation);
      String scaled = onnx.node("Mul", Map.of(), normal, tensor("scale", width));
      return onnx.node("Add", Map.of(), scaled, tensor("shift", width));
    }

    String convolution(String in, LayerSpec.Convolution spec) {
      long kernel = spec.kernel();
      int filters = spec.shape().filters();
      String image =
          onnx.reshape(in, spec.input().channels(), spec.input().height(), spec.input().width());
      String linear =
          onnx.node(
              "Conv",
              geometry(kernel, spec.stride(), spec.padding()),
              image,
              tensor("filters", filters, spec.input().channels(), kernel, kernel),
              tensor("biases", filters));
      long height = spec.shape().outputHeight();
      long width = spec.shape().outputWidth();
      String pieces = onnx.reshape(linear, spec.channels(), spec.pieces(), height, width);
      String channels =
          onnx.node("ReduceMax", Map.of("axes", new long[] {2}, "keepdims", 0L), pieces);
      long pool = spec.pool();
      long step = spec.poolStride();
      String pooled =
          onnx.node(
              "MaxPool",
              Map.of(
                  "kernel_shape",
                  new long[] {pool, pool},
                  "strides",
                  new long[] {step, step},
                  "ceil_mode",
                  1L),
              channels);
      return onnx.reshape(pooled, spec.outputs(spec.input().size()));
    }

    String deconvolution(String in, LayerSpec.Deconvolution spec) {
      long kernel = spec.kernel();
      String image =
          onnx.reshape(in, spec.input().channels(), spec.input().height(), spec.input().width());
      String filters = tensor("filters", spec.input().channels(), spec.channels(), kernel, kernel);
      Map<String, Object> geometry = geometry(kernel, spec.stride(), spec.padding());
      int outputs = spec.outputs(spec.input().size());
      String linear;
      if (spec.biasPer() == BiasPer.CHANNEL) {
        String biases = tensor("biases", spec.channels());
        linear =
            onnx.reshape(onnx.node("ConvTranspose", geometry, image, filters, biases), outputs);
      } else {
        String flat = onnx.reshape(onnx.node("ConvTranspose", geometry, image, filters), outputs);
        linear = onnx.node("Add", Map.of(), flat, tensor("biases", outputs));
      }
      return activation(linear, spec.activation());
    }

    private static Map<String, Object> geometry(long kernel, long stride, long padding) {
      return Map.of(
          "kernel_shape",
          new long[] {kernel, kernel},
          "strides",
          new long[] {stride, stride},
          "pads",
          new long[] {padding, padding, padding, padding});
    }
  }
}
