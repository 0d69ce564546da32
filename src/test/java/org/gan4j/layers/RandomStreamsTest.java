package org.gan4j.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
  private record Range(String name, long first, long last) {}

  private static void assertDisjoint(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::first));
    for (int i = 1; i < sorted.size(); i++) {
      Range before = sorted.get(i - 1);
      assertTrue(before.last < sorted.get(i).first, before + " and " + sorted.get(i));
    }
  }

  @Test
  void streamsAreDisjoint() {
    assertDisjoint(
        Stream.of(RandomStreams.values())
            .map(s -> new Range(s.name(), s.first(), s.first() + (long) s.count() - 1))
            .toList());
  }

  @Test
  void subStepsOfAnIterationAreDisjointUpToTheLargestK() {
    List<Range> ranges = new ArrayList<>();
    for (int j = 0; j <= 1000; j++) {
      int layers = Network.SITES - 1;
      ranges.add(new Range("noise " + j, RandomStreams.noise(j), RandomStreams.noise(j)));
      ranges.add(new Range("data " + j, RandomStreams.data(j), RandomStreams.data(j)));
      int masks = RandomStreams.masks(j);
      ranges.add(new Range("masks " + j, masks, masks + 1));
      int g = RandomStreams.generator(j);
      ranges.add(new Range("generator " + j, g, g + layers));
      int d = RandomStreams.discriminator(j);
      ranges.add(new Range("discriminator " + j, d, d + layers));
    }
    assertDisjoint(ranges);
    RandomStreams training = RandomStreams.TRAINING;
    Range last = ranges.get(ranges.size() - 1);
    assertTrue(last.last < training.first() + training.count(), last.toString());
  }

  /** Kernels take the bit out of a site again: no other may have it. */
  @Test
  void sitesOfHalvesAreNobodysElse() {
    for (RandomStreams stream : RandomStreams.values()) {
      int last = stream.first() + stream.count() - 1;
      assertEquals(0, stream.first() & RandomStreams.inHalves(0), stream.name());
      assertEquals(0, last & RandomStreams.inHalves(0), stream.name());
      assertTrue(stream.count() < RandomStreams.inHalves(0), stream.name());
    }
  }

  @Test
  void noStreamGivesASiteOfAnother() {
    for (RandomStreams stream : RandomStreams.values()) {
      int last = stream.count() - 1;
      assertEquals(stream.first() + last, stream.site(last));
      assertThrows(IllegalArgumentException.class, () -> stream.site(stream.count()));
      assertThrows(IllegalArgumentException.class, () -> stream.site(-1));
    }
  }
}
