package org.gan4j.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.gan4j.device.Device;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;
import org.junit.jupiter.api.Test;

class LineTest {
  private static final Noise NORMAL = Toys.noise(Noise.Distribution.NORMAL, 1);

  private static Rules rules() {
    return Toys.line(Toys.MIXTURE, NORMAL, Objective.NON_SATURATING, 2, 50, 3);
  }

  /** x = a·z + b of normal z is normal: the density is known. */
  @Test
  void densityOfLinearGeneratorIsTheGaussian() {
    try (Device device = Device.cpu();
        Game game = new Game(device, Toys.fixedGaussian(Toys.MIXTURE, 10, 2))) {
      float[] ends = game.generate(new float[] {0, 1});
      double stddev = Math.abs(ends[1] - ends[0]) * game.rules().noise().scale();
      Line line = new Line(-20, 20, 4000);
      double[] expected = line.density(Mixture.line(stddev, ends[0]));
      assertArrayEquals(expected, line.generated(game), 1e-4);
    }
  }

  @Test
  void densitiesSumToOne() {
    for (Mixture target : new Mixture[] {Toys.GAUSSIAN, Toys.MIXTURE}) {
      double sum = Arrays.stream(Toys.LINE.density(target)).sum() * Toys.LINE.width();
      assertEquals(1, sum, 1e-5);
    }
    try (Device device = Device.cpu();
        Game game = new Game(device, rules())) {
      double sum = Arrays.stream(Toys.LINE.generated(game)).sum() * Toys.LINE.width();
      assertEquals(1, sum, 1e-9);
    }
  }

  @Test
  void measuringChangesNothing() {
    try (Device device = Device.cpu();
        Game measured = new Game(device, rules());
        Game left = new Game(device, rules())) {
      for (int i = 0; i < 20; i++) {
        measured.play(1);
        measured.gradientNorm(Objective.MINIMAX);
        Toys.LINE.generated(measured);
        left.play(1);
      }
      float[] z = {-1, 0, 0.5f, 2};
      assertArrayEquals(left.generate(z), measured.generate(z));
    }
  }

  @Test
  void bothPlayersLearn() {
    try (Device device = Device.cpu();
        Game game = new Game(device, rules())) {
      float[] point = {0.3f};
      double before = game.discriminate(point)[0];
      float imageBefore = game.generate(point)[0];
      game.trainDiscriminator(1);
      assertNotEquals(before, game.discriminate(point)[0]);
      assertEquals(imageBefore, game.generate(point)[0]);
      double between = game.discriminate(point)[0];
      game.trainGenerator(1);
      assertNotEquals(imageBefore, game.generate(point)[0]);
      assertEquals(between, game.discriminate(point)[0]);
    }
  }

  @Test
  void misfitsAreNamed() {
    Rules line = rules();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Rules(
                Toys.MIXTURE,
                NORMAL,
                line.generator(),
                line.discriminator(),
                line.objective(),
                7,
                line.generatorSchedule(),
                line.discriminatorSchedule(),
                1));
    assertThrows(IllegalArgumentException.class, () -> new TrainingSchedule(-1, 0.1, 1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new TrainingSchedule(1, 0.1, 1, 1));
  }
}
