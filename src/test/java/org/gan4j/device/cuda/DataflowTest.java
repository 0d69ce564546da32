package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gan4j.device.cuda.Dataflow.Use;
import org.junit.jupiter.api.Test;

/** Which operations must follow which. */
final class DataflowTest {
  private static final Object SPACE = new Object();

  private final Dataflow flow = new Dataflow();

  private static Use reads(long begin, long end) {
    return new Use(SPACE, begin, end, false);
  }

  private static Use writes(long begin, long end) {
    return new Use(SPACE, begin, end, true);
  }

  @Test
  void whatIsOnlyReadKeepsNobodyWaiting() {
    flow.add(List.of(reads(0, 8)));
    flow.add(List.of(reads(0, 8)));
    assertEquals(List.of(), flow.predecessors(1));
    assertEquals(List.of(0, 1), flow.last());
  }

  @Test
  void aWriterWaitsForReadersAndAReaderForTheLastWriter() {
    flow.add(List.of(writes(0, 8)));
    flow.add(List.of(reads(0, 4)));
    flow.add(List.of(reads(4, 8)));
    flow.add(List.of(writes(0, 8)));
    flow.add(List.of(reads(7, 8)));
    assertEquals(List.of(0), flow.predecessors(1));
    assertEquals(List.of(0), flow.predecessors(2));
    assertEquals(List.of(2, 1), flow.predecessors(3));
    assertEquals(List.of(3), flow.predecessors(4));
    assertTrue(flow.follows(4, 0));
    assertFalse(flow.follows(2, 1));
  }

  @Test
  void neighboursAndOtherSpacesDoNotConflict() {
    flow.add(List.of(writes(0, 8), new Use("other", 0, 8, true)));
    flow.add(List.of(writes(8, 16)));
    flow.add(List.of(new Use("another", 0, 8, true)));
    assertEquals(List.of(), flow.predecessors(1));
    assertEquals(List.of(), flow.predecessors(2));
  }

  @Test
  void whatTheLastOneUsesMoreCountsToo() {
    flow.add(List.of(writes(0, 8)));
    flow.add(List.of(writes(8, 16)));
    flow.add(List.of(reads(8, 16)));
    flow.extend(2, List.of(reads(0, 1), writes(8, 9)));
    assertEquals(List.of(1, 0), flow.predecessors(2));
    flow.add(List.of(reads(8, 9)));
    assertEquals(List.of(2), flow.predecessors(3));
  }

  /** Against the definition: every two that conflict are ordered, and nothing else is. */
  @Test
  void ordersExactlyWhatConflicts() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 50; round++) {
      Dataflow tried = new Dataflow();
      List<List<Use>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(someUses(random));
        tried.add(all.get(i));
      }
      boolean[][] expected = closure(all);
      for (int later = 0; later < all.size(); later++) {
        boolean[] reached = new boolean[all.size()];
        reach(tried, later, reached);
        for (int earlier = 0; earlier < later; earlier++) {
          assertEquals(expected[later][earlier], tried.follows(later, earlier));
          assertEquals(expected[later][earlier], reached[earlier]);
        }
      }
    }
  }

  private static List<Use> someUses(SplittableRandom random) {
    List<Use> uses = new ArrayList<>();
    for (int k = random.nextInt(1, 4); k > 0; k--) {
      long begin = random.nextInt(60);
      uses.add(new Use(SPACE, begin, begin + random.nextInt(1, 9), random.nextInt(3) == 0));
    }
    return uses;
  }

  private static boolean[][] closure(List<List<Use>> all) {
    boolean[][] follows = new boolean[all.size()][all.size()];
    for (int later = 0; later < all.size(); later++) {
      for (int earlier = later - 1; earlier >= 0; earlier--) {
        if (!follows[later][earlier] && conflict(all.get(later), all.get(earlier))) {
          follows[later][earlier] = true;
          for (int i = 0; i < earlier; i++) {
            follows[later][i] |= follows[earlier][i];
          }
        }
      }
    }
    return follows;
  }

  private static boolean conflict(List<Use> some, List<Use> others) {
    return some.stream()
        .anyMatch(
            a ->
                others.stream()
                    .anyMatch(
                        b ->
                            (a.written() || b.written())
                                && a.begin() < b.end()
                                && b.begin() < a.end()));
  }

  private static void reach(Dataflow flow, int from, boolean[] reached) {
    for (int before : flow.predecessors(from)) {
      if (!reached[before]) {
        reached[before] = true;
        reach(flow, before, reached);
      }
    }
  }
}
