package org.gan4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.experiment.ParallelRank;
import org.gan4j.gan.DataParallel;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Training;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * One of the tasks of a barrier stage that train one run together: the first has its folder and is
 * a {@link RunTask}, the others have nothing to keep. If one fails, all are run again.
 */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<RunResult>>
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Spark gives up by itself: a rank that does not meet the others has to fail. */
  private static final int NEVER_LAST = Integer.MIN_VALUE;

  private final RunTask task;
  private final String name;
  private final String yaml;

  RankTask(RunTask task, String name, String yaml) {
    this.task = task;
    this.name = name;
    this.yaml = yaml;
  }

  /** A whole stage; what became of the run. */
  static List<RunResult> run(JavaSparkContext spark, int ranks, RankTask task) {
    ClassTag<RunResult> tag = ClassTag$.MODULE$.apply(RunResult.class);
    JavaRDD<Integer> parts = spark.parallelize(Collections.nCopies(ranks, 0), ranks);
    RDD<RunResult> results = parts.rdd().barrier().mapPartitions(task, false, tag);
    // Spark runs a failed barrier stage again only if its results are not the job's own.
    return JavaRDD.fromRDD(results, tag).repartition(1).collect();
  }

  @Override
  public Iterator<RunResult> apply(Iterator<Integer> unused) {
    BarrierTaskContext context = BarrierTaskContext.get();
    BarrierAllGather gather = new BarrierAllGather(context);
    DataParallel parallel =
        new DataParallel(context.partitionId(), context.getTaskInfos().length, gather);
    try {
      List<RunResult> results =
          parallel.rank() == 0
              ? List.of(first(context, gather, parallel))
              : other(context, parallel);
      return CollectionConverters.asScala(results.iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private RunResult first(
      BarrierTaskContext context, BarrierAllGather gather, DataParallel parallel)
      throws IOException {
    RunResult result;
    try {
      result = task.run(name, yaml, context, NEVER_LAST, parallel);
    } catch (IllegalArgumentException e) {
      if (gather.used()) {
        throw e;
      }
      result = RunTask.failed(name, System.nanoTime(), e.getMessage());
    }
    if (!gather.used()) {
      parallel.begin(new byte[0]);
    }
    return result;
  }

  private List<RunResult> other(BarrierTaskContext context, DataParallel parallel) {
    Recipe recipe = RecipeYaml.parse(yaml, name);
    DataSet images = task.data(recipe);
    try (Device device = task.open(context)) {
      // It need not look whether Spark has ended the task: whatever it hears of the others does.
      ParallelRank.train(device, images, parallel, new Training.Listener() {});
    } catch (DivergenceException e) {
      // Of all ranks: the first one tells.
    }
    return List.of();
  }
}
