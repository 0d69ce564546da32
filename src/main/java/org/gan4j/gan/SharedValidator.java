package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What rank 0's validator says, for all ranks. */
final class SharedValidator implements Validator {
  private static final int VALUES = 3;

  private final Validator own;
  private final DataParallel parallel;

  SharedValidator(Validator own, DataParallel parallel) {
    this.own = own;
    this.parallel = parallel;
  }

  @Override
  public List<Validation> validate(Gan gan) {
    ByteBuffer bytes = ByteBuffer.wrap(parallel.ofFirst(() -> written(own.validate(gan))));
    List<Validation> validations = new ArrayList<>();
    while (bytes.hasRemaining()) {
      validations.add(new Validation(bytes.getDouble(), bytes.getDouble(), bytes.getDouble()));
    }
    return validations;
  }

  private static byte[] written(List<Validation> validations) {
    ByteBuffer bytes = ByteBuffer.allocate(validations.size() * VALUES * Double.BYTES);
    for (Validation each : validations) {
      bytes.putDouble(each.score()).putDouble(each.sigma()).putDouble(each.diversity());
    }
    return bytes.array();
  }

  @Override
  public List<Double> monitor(Gan gan) {
    ByteBuffer bytes =
        ByteBuffer.wrap(
            parallel.ofFirst(
                () -> {
                  List<Double> looks = own.monitor(gan);
                  ByteBuffer made = ByteBuffer.allocate(looks.size() * Double.BYTES);
                  looks.forEach(made::putDouble);
                  return made.array();
                }));
    List<Double> looks = new ArrayList<>();
    while (bytes.hasRemaining()) {
      looks.add(bytes.getDouble());
    }
    return looks;
  }
}
