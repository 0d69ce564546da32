package org.gan4j.device;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The plans of a backend's library, the last used of every shape: some are kept, and all that a
 * recording uses. A search through some dozens of them allocates nothing.
 *
 * @param <K> what a plan is for
 * @param <P> the plans
 */
public final class PlanCache<K, P> implements AutoCloseable {
  /** Plans that are kept beside those of recordings: a plan takes about a megabyte. */
  public static final int KEPT = 64;

  private static final class Entry<K, P> {
    private final K key;
    private final P plan;
    private final List<WeakReference<Object>> recordings = new ArrayList<>(1);
    private long used;

    Entry(K key, P plan) {
      this.key = key;
      this.plan = plan;
    }

    boolean isOf(Object recording) {
      for (int i = 0; i < recordings.size(); i++) {
        if (recordings.get(i).refersTo(recording)) {
          return true;
        }
      }
      return false;
    }

    boolean isFree() {
      // A recording that nobody closed is gone as well.
      recordings.removeIf(each -> each.refersTo(null));
      return recordings.isEmpty();
    }
  }

  private final Consumer<P> close;
  private final List<Entry<K, P>> entries = new ArrayList<>();
  private Object recording;
  private long clock;

  /**
   * An empty cache.
   *
   * @param close frees a plan
   */
  public PlanCache(Consumer<P> close) {
    this.close = close;
  }

  /**
   * How many plans there are.
   *
   * @return those of recordings among them
   */
  public int size() {
    return entries.size();
  }

  /**
   * What a plan is for.
   *
   * @param i from 0
   * @return its key
   */
  public K key(int i) {
    return entries.get(i).key;
  }

  /**
   * Takes a plan for use.
   *
   * @param i from 0
   * @return the plan, which is now the last used one
   */
  public P use(int i) {
    return use(entries.get(i));
  }

  private P use(Entry<K, P> entry) {
    entry.used = ++clock;
    if (recording != null && !entry.isOf(recording)) {
      entry.recordings.add(new WeakReference<>(recording));
    }
    return entry.plan;
  }

  /**
   * Looks for a plan, for use.
   *
   * @param key what it is for
   * @return null if there is none
   */
  public P find(K key) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).key.equals(key)) {
        return use(i);
      }
    }
    return null;
  }

  /**
   * Keeps a plan, for use; frees those that were not used for longest if there are too many.
   *
   * @param key what it is for; there is none yet
   * @param plan the plan
   * @return the plan
   */
  public P add(K key, P plan) {
    Entry<K, P> entry = new Entry<>(key, plan);
    entries.add(entry);
    use(entry);
    evict(entry);
    return plan;
  }

  private void evict(Entry<K, P> last) {
    int free = 0;
    Entry<K, P> oldest = null;
    for (Entry<K, P> each : entries) {
      if (each != last && each.isFree()) {
        free++;
        oldest = oldest == null || each.used < oldest.used ? each : oldest;
      }
    }
    // Never more than one too many: they come one by one, unless a recording was given up.
    if (free >= KEPT) {
      entries.remove(oldest);
      close.accept(oldest.plan);
      if (free > KEPT) {
        evict(last);
      }
    }
  }

  /**
   * A recording begins: what is used from now on is kept as long as it lives.
   *
   * @param recordingOrNull told apart by identity and not kept; null: it ends
   */
  public void record(Object recordingOrNull) {
    recording = recordingOrNull;
  }

  /**
   * A recording is closed: its plans may go.
   *
   * @param closed which
   */
  public void release(Object closed) {
    entries.forEach(entry -> entry.recordings.removeIf(each -> each.refersTo(closed)));
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (Entry<K, P> entry : entries) {
      try {
        close.accept(entry.plan);
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    entries.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
