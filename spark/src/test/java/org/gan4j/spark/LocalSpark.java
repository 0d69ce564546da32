package org.gan4j.spark;

import org.apache.spark.SparkConf;

/** Spark inside this machine, that nobody else sees. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "localhost")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }
}
