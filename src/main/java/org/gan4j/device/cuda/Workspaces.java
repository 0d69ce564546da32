package org.gan4j.device.cuda;

import java.util.Arrays;

/**
 * Memory that an operation needs only while it runs. Operations that may run at the same time must
 * not have the same, so there are several places; one that finds none that is free waits for the
 * operation that has had its place longest.
 */
final class Workspaces {
  private static final int PLACES = 4;
  private static final int NOBODY = -1;

  private final Streams streams;
  private final Workspace[] places = new Workspace[PLACES];
  private final int[] users = new int[PLACES];
  private long capture;

  Workspaces(CudaContext context) {
    this.streams = context.streams();
    Arrays.setAll(places, i -> new Workspace(context));
  }

  /**
   * At least so many bytes for the operation that has begun, and of which nothing is there yet;
   * what is in them is lost when another one begins.
   *
   * @return where they begin; 0 for 0 bytes
   */
  long require(long bytes) {
    if (bytes == 0) {
      return 0;
    }
    if (streams.mode() == Streams.Mode.PREPARING) {
      for (Workspace place : places) {
        place.require(bytes);
      }
    }
    return places[streams.operation() < 0 ? 0 : choose()].require(bytes);
  }

  private int choose() {
    if (capture != streams.captures()) {
      capture = streams.captures();
      Arrays.fill(users, NOBODY);
    }
    int chosen = 0;
    for (int i = 0; i < PLACES; i++) {
      if (isFree(users[i])) {
        chosen = i;
        break;
      }
      chosen = users[i] < users[chosen] ? i : chosen;
    }
    if (!isFree(users[chosen])) {
      streams.follow(users[chosen]);
    }
    users[chosen] = streams.operation();
    return chosen;
  }

  private boolean isFree(int user) {
    return user == NOBODY || user == streams.operation() || streams.follows(user);
  }
}
