package org.gan4j.device.cuda;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which operations of a step must follow which. Two of them, in the order in which they were
 * called, conflict if they use the same bytes and one of them writes; what does not conflict, not
 * even by way of others, may run at the same time.
 */
final class Dataflow {
  /**
   * A use of memory.
   *
   * @param space in which the range lies; ranges of two spaces never overlap
   * @param begin first byte of one replica
   * @param end the byte after the last one
   * @param written whether it is written, and not only read
   */
  record Use(Object space, long begin, long end, boolean written) {
    private boolean conflicts(Access earlier) {
      return (written || earlier.use.written) && begin < earlier.use.end && earlier.use.begin < end;
    }

    private boolean covers(Use other) {
      return begin <= other.begin && other.end <= end;
    }
  }

  private record Access(int operation, Use use) {}

  private final List<BitSet> ancestors = new ArrayList<>();
  private final Map<Object, List<Access>> accesses = new IdentityHashMap<>();

  /**
   * Adds an operation.
   *
   * @param uses what it uses
   * @return its number, from 0
   */
  int add(List<Use> uses) {
    ancestors.add(new BitSet());
    int operation = ancestors.size() - 1;
    extend(operation, uses);
    return operation;
  }

  /** The last operation uses more. */
  void extend(int operation, List<Use> uses) {
    for (Use use : uses) {
      for (Access earlier : accesses.getOrDefault(use.space, List.of())) {
        if (earlier.operation != operation && use.conflicts(earlier)) {
          follow(operation, earlier.operation);
        }
      }
    }
    for (Use use : uses) {
      List<Access> live = accesses.computeIfAbsent(use.space, space -> new ArrayList<>());
      if (use.written) {
        // Whoever conflicts with these conflicts with this operation, which follows them.
        live.removeIf(earlier -> use.covers(earlier.use));
      }
      live.add(new Access(operation, use));
    }
  }

  /** Makes an operation follow an earlier one. */
  void follow(int operation, int earlier) {
    ancestors.get(operation).or(ancestors.get(earlier));
    ancestors.get(operation).set(earlier);
  }

  /** Whether an operation follows another one, directly or not. */
  boolean follows(int operation, int earlier) {
    return ancestors.get(operation).get(earlier);
  }

  /** The operations that one must wait for so as to follow all that it follows, the last first. */
  List<Integer> predecessors(int operation) {
    BitSet all = ancestors.get(operation);
    BitSet covered = new BitSet();
    List<Integer> direct = new ArrayList<>();
    for (int i = all.length() - 1; i >= 0; i = all.previousSetBit(i - 1)) {
      if (!covered.get(i)) {
        direct.add(i);
        covered.or(ancestors.get(i));
      }
    }
    return direct;
  }

  /** The operations that nothing follows. */
  List<Integer> last() {
    BitSet followed = new BitSet();
    ancestors.forEach(followed::or);
    List<Integer> last = new ArrayList<>();
    for (int i = 0; i < ancestors.size(); i++) {
      if (!followed.get(i)) {
        last.add(i);
      }
    }
    return last;
  }
}
