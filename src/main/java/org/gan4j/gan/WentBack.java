package org.gan4j.gan;

/**
 * A replica has gone back to its last good checkpoint, as the recipe's {@link
 * org.gan4j.recipe.Rollback} has it.
 *
 * @param iteration iterations done when it did
 * @param replica which, from 0
 * @param why one word: the alarm's
 * @param from the iteration of the checkpoint whose networks it goes on with; 0: as they began
 * @param times how often it has gone back by now, ≥ 1
 */
public record WentBack(long iteration, int replica, String why, long from, long times) {}
