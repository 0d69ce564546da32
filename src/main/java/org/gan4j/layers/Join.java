package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gan4j.device.ConvolutionShape;

/**
 * The first layer of a network with several inputs: each goes through layers of its own, and what
 * leaves them is put side by side, for the layers that follow.
 *
 * <p>What enters such a network is one buffer with the inputs one after the other, all rows of the
 * first before those of the second: [rows][inputs of branch 0], [rows][inputs of branch 1] and so
 * on; and so is the gradient with respect to it.
 *
 * @param branches one of each input, in their order; at least 2
 */
@SuppressWarnings("exports") // LayerPass: whoever adds a layer does so here
public record Join(List<Branch> branches) implements LayerSpec {
  /**
   * An input and the layers that only it goes through.
   *
   * @param inputs values per example of this input, ≥ 1
   * @param layers first to last; none: the values are put beside the others as they are
   */
  public record Branch(int inputs, @Default("[]") List<LayerSpec> layers) {
    public Branch {
      Checks.range("inputs", inputs, 1, Checks.MAX_UNITS);
      Checks.present("layers", layers);
      layers = List.copyOf(layers);
      if (layers.stream().anyMatch(Join.class::isInstance)) {
        throw new IllegalArgumentException("layers of a branch can't hold another join");
      }
      if (layers.stream().anyMatch(LayerSpec::startsFromData)) {
        throw new IllegalArgumentException(
            "layers of a branch can't begin with what the data says: leave start out");
      }
      if (!layers.isEmpty() && LayerStack.parameterCount(layers, inputs) == 0) {
        throw new IllegalArgumentException(
            "layers of a branch must hold one with weights, or be left out");
      }
    }

    /** Values per example that it gives. */
    int outputs() {
      return LayerStack.outputs(layers, inputs);
    }

    /** What each layer takes, and at the end what the last one gives. */
    private int[] widths() {
      int[] widths = new int[layers.size() + 1];
      widths[0] = inputs;
      for (int i = 0; i < layers.size(); i++) {
        widths[i + 1] = layers.get(i).outputs(widths[i]);
      }
      return widths;
    }

    /** Each layer's own. */
    private List<List<ParameterShape>> parameters() {
      int[] widths = widths();
      List<List<ParameterShape>> all = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        all.add(layers.get(i).parameters(widths[i]));
      }
      return all;
    }

    private String structure() {
      String through =
          layers.stream().map(LayerSpec::structure).collect(Collectors.joining(" and "));
      return inputs + " values" + (layers.isEmpty() ? "" : " through " + through);
    }
  }

  public Join {
    Checks.present("branches", branches);
    branches = List.copyOf(branches);
    if (branches.size() < 2) {
      throw new IllegalArgumentException(
          "branches must be two or more; without any, a network has one input");
    }
  }

  @Override
  public int outputs(int inputs) {
    int expected = branches.stream().mapToInt(Branch::inputs).sum();
    if (inputs != expected) {
      throw new IllegalArgumentException(
          "the branches take " + expected + " values, but " + inputs + " enter");
    }
    return branches.stream().mapToInt(Branch::outputs).sum();
  }

  /** The first input may be an image; what leaves is none. */
  @Override
  public Planes image(Planes beforeOrNull) {
    for (int b = 0; b < branches.size(); b++) {
      LayerStack.image(branches.get(b).layers(), b == 0 ? beforeOrNull : null);
    }
    return null;
  }

  @Override
  public Optional<Planes> requiredImage() {
    Branch first = branches.get(0);
    return Optional.ofNullable(LayerStack.requiredImage(first.layers(), first.inputs()));
  }

  @Override
  public List<ParameterShape> parameters(int inputs) {
    List<ParameterShape> all = new ArrayList<>();
    for (int b = 0; b < branches.size(); b++) {
      List<List<ParameterShape>> layers = branches.get(b).parameters();
      for (int i = 0; i < layers.size(); i++) {
        for (ParameterShape shape : layers.get(i)) {
          String role = "branch" + b + "." + i + "." + shape.role();
          all.add(new ParameterShape(role, shape.rows(), shape.columns(), shape.init()));
        }
      }
    }
    return all;
  }

  @Override
  public List<ConvolutionShape> convolutions() {
    return branches.stream().flatMap(b -> LayerStack.convolutions(b.layers()).stream()).toList();
  }

  @Override
  public boolean endsIn(Activation activation) {
    return false;
  }

  @Override
  public boolean isNoisy() {
    return branches.stream().anyMatch(b -> LayerStack.firstNoisy(b.layers()) >= 0);
  }

  @Override
  public boolean mixesRows() {
    return branches.stream().flatMap(b -> b.layers().stream()).anyMatch(LayerSpec::mixesRows);
  }

  @Override
  public String structure() {
    return branches.stream()
        .map(Branch::structure)
        .collect(Collectors.joining("; ", "join of ", ""));
  }

  @Override
  public boolean drops() {
    return false;
  }

  @Override
  public int sites() {
    return branches.stream().mapToInt(b -> b.layers().size()).sum();
  }

  @Override
  public LayerPass pass(PassPlan plan) {
    List<JoinPass.Input> inputs = new ArrayList<>();
    int parameter = 0;
    int site = 0;
    for (Branch branch : branches) {
      List<List<Parameter>> own = new ArrayList<>();
      for (List<ParameterShape> shapes : branch.parameters()) {
        own.add(plan.parameters().subList(parameter, parameter + shapes.size()));
        parameter += shapes.size();
      }
      NetworkPass layers =
          branch.layers().isEmpty()
              ? null
              : NetworkPass.of(branch.layers(), own, branch.inputs(), plan);
      inputs.add(new JoinPass.Input(branch.inputs(), branch.outputs(), layers, site));
      site += branch.layers().size();
    }
    return new JoinPass(plan, inputs);
  }
}
