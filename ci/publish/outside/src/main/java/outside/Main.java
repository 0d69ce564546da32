package outside;

import java.util.List;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;

/** Trains for a moment and prints both losses' sums and a checksum of samples. */
public final class Main {
  private Main() {}

  /** No arguments. */
  public static void main(String[] args) {
    Recipe recipe = RecipeYaml.with(Recipes.get("mnist-10k"), List.of("seed=7"));
    DataSet data =
        DataSets.open(recipe.data(), DataLocation.standard(Optional.empty()), Progress.NONE);
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, data.shape())) {
      gan.initialise(data);
      Totals totals;
      try (Trainer trainer = new Trainer(gan, data)) {
        trainer.run(5);
        totals = trainer.totals().get(0);
      }
      double sum = 0;
      try (Generator generator = Generator.of(gan, 0)) {
        for (float pixel : generator.sample(10, 1)) {
          sum += pixel;
        }
      }
      System.out.println("losses " + totals.dLoss() + " " + totals.gLoss() + " samples " + sum);
    }
  }
}
