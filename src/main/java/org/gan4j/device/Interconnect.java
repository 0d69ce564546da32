package org.gan4j.device;

import java.util.function.BooleanSupplier;

/**
 * How devices of one kind reach each other by themselves, in one process or many, without passing
 * values through the host. Belongs to the thread of its device.
 */
public interface Interconnect {
  /**
   * Which processor this device computes on: two ranks on the same one can't meet.
   *
   * @return a name that no other processor has, on any machine
   */
  String processor();

  /**
   * By which all ranks find each other; the first one makes it, and the others are told.
   *
   * @return bytes for {@link #join}
   * @throws DeviceException if it can't be made
   */
  byte[] invitation();

  /**
   * Meets the other ranks; waits for all of them.
   *
   * @param invitation of the first rank
   * @param rank which one this is, from 0
   * @param ranks how many there are
   * @param ended asked again and again, by other threads too, while ranks wait for each other:
   *     whether this one is to give up
   * @return the connection; close it before the device
   * @throws DeviceException if they don't meet, with the cause
   */
  Communicator join(byte[] invitation, int rank, int ranks, BooleanSupplier ended);
}
