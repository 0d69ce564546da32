package org.gan4j.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.gan4j.data.DataSet;
import org.gan4j.eval.NearestNeighbours.Neighbour;
import org.gan4j.gan.Gan;
import org.gan4j.report.Figures;
import org.gan4j.run.RunFolder;

/**
 * The paper's figures 2 and 3 of a run, in its folder.
 *
 * @param figure2 the picture of samples, and of the training examples nearest to some of them
 * @param distances which examples those are and how far, as figure2.csv has it
 * @param figure3 the picture of samples along straight lines in z
 */
public record PaperFigures(Path figure2, String distances, Path figure3) {
  private static final int ROWS = 8;
  private static final int COLUMNS_2 = 9;
  private static final int COLUMNS_3 = 10;

  /**
   * Draws both.
   *
   * @param gan whose first generator
   * @param data whose training set is searched for the nearest examples
   * @param folder of the run; older figures in it are replaced
   * @return what was written
   */
  public static PaperFigures draw(Gan gan, DataSet data, RunFolder folder) {
    Figures.Panel panel = Figures.figure2(gan, data, ROWS, COLUMNS_2);
    String distances = csv(panel.nearest());
    Path figure2 = folder.writeFigure2(panel.picture(), distances);
    Path figure3 =
        folder.writeFigure3(Figures.interpolation(gan, ROWS, COLUMNS_3, gan.recipe().seed()));
    return new PaperFigures(figure2, distances, figure3);
  }

  private static String csv(List<Neighbour> nearest) {
    StringBuilder csv = new StringBuilder("row,training_example,distance\n");
    for (int row = 0; row < nearest.size(); row++) {
      Neighbour neighbour = nearest.get(row);
      csv.append(
          String.format(Locale.ROOT, "%d,%d,%.4f\n", row, neighbour.index(), neighbour.distance()));
    }
    return csv.toString();
  }
}
