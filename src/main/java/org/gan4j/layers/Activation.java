package org.gan4j.layers;

import java.util.Locale;
import org.gan4j.device.Epilogue;

/** The non-linearity of a layer that has one, such as a dense layer or a deconvolution. */
public enum Activation {
  /** y = x. */
  LINEAR,
  /** y = max(x, 0). */
  RELU,
  /** y = 1 / (1 + e^−x). */
  SIGMOID,
  /** y = ln(1 + e^x), a smooth ReLU. */
  SOFTPLUS,
  /** y = tanh(x), from −1 to 1. */
  TANH;

  /** For messages. */
  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its value, on the host. */
  double of(double x) {
    return switch (this) {
      case LINEAR -> x;
      case RELU -> Math.max(x, 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case TANH -> Math.tanh(x);
    };
  }

  Epilogue epilogue() {
    return switch (this) {
      case LINEAR -> Epilogue.NONE;
      case RELU -> Epilogue.RELU;
      case SIGMOID -> Epilogue.SIGMOID;
      case SOFTPLUS -> Epilogue.SOFTPLUS;
      case TANH -> Epilogue.TANH;
    };
  }
}
