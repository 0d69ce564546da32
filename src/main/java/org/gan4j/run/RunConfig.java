package org.gan4j.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.gan4j.data.DataIdentity;
import org.gan4j.io.Version;
import org.gan4j.io.YamlWriter;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeTree;
import org.gan4j.recipe.RecipeYaml;

/**
 * What config.yaml holds: every setting of a run, and where it ran.
 *
 * @param recipe all settings
 * @param device what computed, as it describes itself
 * @param data the title of the data set
 * @param identity what tells the data from others
 * @param pretrained the checkpoint whose generator the run began with, if it did
 * @param tuned the checkpoint, or the file of weights, whose networks the run began with, if it did
 */
public record RunConfig(
    Recipe recipe,
    String device,
    String data,
    DataIdentity identity,
    Optional<String> pretrained,
    Optional<String> tuned) {
  private static final String TRAINING_SET = "training_set";
  private static final String VALIDATION_SET = "validation_set";
  private static final String TEST_SET = "test_set";
  private static final String PRETRAINED = "pretrained";
  private static final String TUNED = "fine_tuned";

  /**
   * Of a run that is no fine-tuning.
   *
   * @param recipe all settings
   * @param device what computed, as it describes itself
   * @param data the title of the data set
   * @param identity what tells the data from others
   * @param pretrained the checkpoint whose generator the run began with, if it did
   */
  public RunConfig(
      Recipe recipe,
      String device,
      String data,
      DataIdentity identity,
      Optional<String> pretrained) {
    this(recipe, device, data, identity, pretrained, Optional.empty());
  }

  /**
   * The text of the file, which {@link RecipeYaml#load} takes as a recipe.
   *
   * @return YAML
   */
  public String yaml() {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("gan4j", Version.current());
    Version.revision().ifPresent(revision -> run.put("revision", revision));
    run.put("java", Runtime.version().toString());
    run.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    run.put("device", device);
    run.put("data", data);
    run.put(TRAINING_SET, identity.training());
    run.put(VALIDATION_SET, identity.validation());
    run.put(TEST_SET, identity.test());
    pretrained.ifPresent(checkpoint -> run.put(PRETRAINED, checkpoint));
    tuned.ifPresent(file -> run.put(TUNED, file));
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(RecipeYaml.RUN, run);
    config.putAll(RecipeTree.of(recipe));
    return YamlWriter.write(config);
  }

  /**
   * What a run began with, by its configuration; nothing else of that is looked at.
   *
   * @param tree of config.yaml
   * @return the checkpoint, if it began with one
   */
  static Optional<String> pretrained(Object tree) {
    return text(tree, PRETRAINED);
  }

  /** The same of both networks. */
  static Optional<String> tuned(Object tree) {
    return text(tree, TUNED);
  }

  /**
   * The data that a run began with, by its configuration.
   *
   * @param tree of config.yaml
   * @return what tells them from others; empty in a file of an earlier version
   */
  static Optional<DataIdentity> identity(Object tree) {
    return text(tree, TRAINING_SET)
        .map(
            training ->
                new DataIdentity(
                    training,
                    text(tree, VALIDATION_SET).orElse(""),
                    text(tree, TEST_SET).orElse("")));
  }

  private static Optional<String> text(Object tree, String field) {
    return tree instanceof Map<?, ?> config
            && config.get(RecipeYaml.RUN) instanceof Map<?, ?> run
            && run.get(field) instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }
}
