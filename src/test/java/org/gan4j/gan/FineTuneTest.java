package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.gan4j.data.DataSet;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trained networks in a changed recipe, and hooks into a training. */
class FineTuneTest {
  private static final Recipe THREE = SmallGans.seeds(SmallGans.simultaneous(), 1, 3, List.of());

  @TempDir Path folder;

  private static float[] values(Gan gan, int replica) {
    List<float[]> all = new ArrayList<>();
    for (var network : List.of(gan.generator(), gan.discriminator())) {
      for (Parameter p : network.parameters()) {
        float[] values = new float[p.size()];
        Buffers.read(p.value(), replica, values);
        all.add(values);
      }
    }
    float[] joined = new float[all.stream().mapToInt(each -> each.length).sum()];
    int at = 0;
    for (float[] each : all) {
      System.arraycopy(each, 0, joined, at, each.length);
      at += each.length;
    }
    return joined;
  }

  @Test
  void bothNetworksGoOnUnderAnotherRecipeAndOtherData() {
    Recipe other =
        SmallGans.seeds(SmallGans.recipe(UpdateOrder.ALTERNATING, 2), 7, 3, List.of())
            .withObjective(Objective.MINIMAX)
            .withName("other");
    DataSet data = SmallGans.data(new Scaling.Contrast(3));
    try (Device device = Device.cpu();
        Gan trained = TinyRun.begin(device, THREE);
        Gan gan = new Gan(device, other, SmallGans.SHAPE)) {
      TinyRun.train(trained, 9);
      Path file = folder.resolve("checkpoint");
      Checkpoint.save(file, trained, Map.of());
      gan.initialise(data);
      Pretrained.copyBoth(gan, file);
      for (int r = 0; r < 3; r++) {
        assertArrayEquals(values(trained, r), values(gan, r));
      }
      assertEquals(0, gan.iteration());
      try (Trainer trainer = new Trainer(gan, data)) {
        trainer.run(4);
        assertTrue(trainer.totals().get(2).isFinite());
      }
      assertFalse(Arrays.equals(values(trained, 1), values(gan, 1)));
    }
  }

  @Test
  void oneReplicaOutOfManyIsTaken() {
    try (Device device = Device.cpu();
        Gan trained = TinyRun.begin(device, THREE);
        Gan two = TinyRun.begin(device, SmallGans.seeds(THREE, 4, 2, List.of()))) {
      TinyRun.train(trained, 3);
      Path whole = folder.resolve("checkpoint");
      Path weights = folder.resolve("weights");
      Checkpoint.save(whole, trained, Map.of());
      Checkpoint.saveWeights(weights, trained, 1);
      float[] drawn = values(two, 0);
      String message =
          assertThrows(IllegalArgumentException.class, () -> Pretrained.copyBoth(two, whole))
              .getMessage();
      assertTrue(message.contains("3 replicas, here are 2: name one of them"), message);
      assertThrows(IllegalArgumentException.class, () -> Pretrained.copyBoth(two, whole, 3));
      assertArrayEquals(drawn, values(two, 0), "nothing has changed");
      Pretrained.copyBoth(two, whole, 2);
      assertArrayEquals(values(trained, 2), values(two, 0));
      assertArrayEquals(values(trained, 2), values(two, 1));
      Pretrained.copyBoth(two, weights);
      assertArrayEquals(values(trained, 1), values(two, 1));
    }
  }

  @Test
  void otherLayersAreRefusedWithBoth() {
    Recipe other = THREE.withDiscriminator(SmallGans.rectifiedDiscriminator());
    try (Device device = Device.cpu();
        Gan trained = TinyRun.begin(device, THREE);
        Gan gan = TinyRun.begin(device, other)) {
      Path file = folder.resolve("checkpoint");
      Checkpoint.save(file, trained, Map.of());
      String message =
          assertThrows(IllegalArgumentException.class, () -> Pretrained.copyBoth(gan, file))
              .getMessage();
      TinyRun.assertOneLine(message);
      assertTrue(message.contains("its discriminator is [dropout, maxout"), message);
    }
  }

  /** Hooked every so many iterations until it says otherwise. */
  private static final class Hook implements Training.Listener {
    private final Training.Next last;
    private final long until;
    private final List<Long> seen = new ArrayList<>();
    private int saves;

    Hook(long until, Training.Next last) {
      this.until = until;
      this.last = last;
    }

    @Override
    public long hookEvery() {
      return 4;
    }

    @Override
    public Training.Next hook(Gan gan, long iteration) {
      assertEquals(iteration, gan.iteration());
      seen.add(iteration);
      return iteration < until ? Training.Next.GO_ON : last;
    }

    @Override
    public String save(Gan gan, Map<String, String> notes, Choice choice) {
      saves++;
      return "nowhere";
    }
  }

  private static Training.End run(Hook hook) {
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, TinyRun.with(THREE, "stop.epochs=5"));
        Training training = new Training(gan, TinyRun.DATA, trained -> List.of())) {
      return training.run(hook);
    }
  }

  @Test
  void aHookSeesEveryFourthIteration() {
    Hook hook = new Hook(1000, Training.Next.STOP);
    assertEquals(Training.End.LIMIT, run(hook));
    assertEquals(List.of(4L, 8L, 12L, 16L, 20L, 24L, 28L), hook.seen);
  }

  @Test
  void aHookStopsOrCancels() {
    Hook stop = new Hook(8, Training.Next.STOP);
    assertEquals(Training.End.REQUESTED, run(stop));
    assertEquals(List.of(4L, 8L), stop.seen);
    assertEquals(1, stop.saves);
    Hook cancel = new Hook(8, Training.Next.CANCEL);
    assertEquals(Training.End.CANCELLED, run(cancel));
    assertEquals(0, cancel.saves);
  }
}
