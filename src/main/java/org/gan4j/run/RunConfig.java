package org.gan4j.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
 * @param pretrained the checkpoint whose generator the run began with, if it did
 */
public record RunConfig(Recipe recipe, String device, String data, Optional<String> pretrained) {
  private static final String PRETRAINED = "pretrained";

  /**
   * The text of the file, which {@link RecipeYaml#load} takes as a recipe.
   *
   * @return YAML
   */
  public String yaml() {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("gan4j", Version.current());
    run.put("java", Runtime.version().toString());
    run.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    run.put("device", device);
    run.put("data", data);
    pretrained.ifPresent(checkpoint -> run.put(PRETRAINED, checkpoint));
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
    return tree instanceof Map<?, ?> config
            && config.get(RecipeYaml.RUN) instanceof Map<?, ?> run
            && run.get(PRETRAINED) instanceof String checkpoint
        ? Optional.of(checkpoint)
        : Optional.empty();
  }
}
