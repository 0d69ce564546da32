package org.gan4j.gan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.data.DataSets;
import org.gan4j.data.ImageShape;
import org.gan4j.io.Json;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.ParameterShape;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;

/** What a program without this library needs to know to compute with saved weights. */
final class Architecture {
  private static final String LAYOUT =
      "tensors are [replica][rows][columns], row-major; images are channel by channel, row by row;"
          + " dense: y = activation(x W + b), W [inputs][units], b [1][units], where weights are"
          + " normalised each column of W scale / its norm; maxout: the largest"
          + " of a unit's pieces, column unit * pieces + piece of x W + b; convolution: filters"
          + " [channels * pieces][input channels * kernel * kernel], then the largest over a"
          + " channel's pieces and the windows of the pool, those beyond the lower and right edges"
          + " cut off; deconvolution: the adjoint of a convolution whose filters are [input"
          + " channels][channels * kernel * kernel], then bias and activation; batch normalisation:"
          + " scale (x - mean) / sqrt(variance + epsilon) + shift, with the mean and the variance"
          + " that ran along in training; dropout does nothing after training, and nothing is scaled"
          + " for it; the discriminator gives a logit, or one of each class, whose ln of the sum of e^l"
          + " is that logit";

  private Architecture() {}

  /** As metadata. */
  static Map<String, String> of(Recipe recipe, ImageShape shape) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("z", json(noise(recipe.noise().ofSamples())));
    text.put("example", "[channels][height][width] = " + shape);
    text.put("scaling", DataSets.scaling(recipe.data()));
    text.put("layout", LAYOUT);
    text.put(
        "layers.generator",
        json(layers("generator", recipe.generator(), recipe.generatorInputs())));
    text.put(
        "layers.discriminator",
        json(
            layers(
                "discriminator",
                recipe.discriminator(),
                shape.size() + recipe.condition().width())));
    return text;
  }

  private static String json(Object tree) {
    return Json.write(tree, Json.Layout.LINE);
  }

  private static Map<String, Object> noise(Noise noise) {
    Map<String, Object> z = new LinkedHashMap<>();
    z.put("size", (long) noise.size());
    if (noise.distribution() == Noise.Distribution.UNIFORM) {
      z.put("distribution", "uniform");
      z.put("low", noise.mean() - noise.scale());
      z.put("high", noise.mean() + noise.scale());
    } else {
      z.put("distribution", "normal");
      z.put("mean", 0.0);
      z.put("standard_deviation", noise.scale());
    }
    return z;
  }

  private static List<Object> layers(String network, List<LayerSpec> specs, int inputs) {
    List<Object> list = new ArrayList<>();
    int width = inputs;
    for (int i = 0; i < specs.size(); i++) {
      LayerSpec spec = specs.get(i);
      Map<String, Object> layer = new LinkedHashMap<>();
      layer.put("layer", spec.structure());
      layer.put("inputs", (long) width);
      layer.put("outputs", (long) spec.outputs(width));
      Map<String, Object> tensors = new LinkedHashMap<>();
      for (ParameterShape shape : spec.parameters(width)) {
        tensors.put(
            network + "." + i + "." + shape.role(),
            List.of(1L, (long) shape.rows(), (long) shape.columns()));
      }
      layer.put("tensors", tensors);
      list.add(layer);
      width = spec.outputs(width);
    }
    return list;
  }
}
