package org.gan4j.report;

import java.util.List;
import org.gan4j.run.RunRecord.Picture;

/** What came of the paper's table and figures, beside what the paper says, as one page. */
public final class ReproductionPage {
  /**
   * A figure.
   *
   * @param title such as Figure 2
   * @param paper what the paper shows there
   * @param pictures what came out; none if it is not made yet
   */
  public record Figure(String title, String paper, List<Picture> pictures) {
    public Figure {
      pictures = List.copyOf(pictures);
    }
  }

  private ReproductionPage() {}

  /**
   * Writes the page.
   *
   * @param tableOrNull the paper's Table 1 with runs beside it, if it is wanted
   * @param figures those that are wanted
   * @param remarks what was left out and why, and what else a reader should know
   * @return HTML
   */
  public static String of(Table1 tableOrNull, List<Figure> figures, List<String> remarks) {
    StringBuilder html = new StringBuilder("<h1>The paper's results, made again</h1>\n");
    html.append(
        Html.paragraph(
            "", "Generative Adversarial Nets, Goodfellow et al. 2014, arXiv 1406.2661."));
    remarks.forEach(remark -> html.append(Html.paragraph("note", remark)));
    if (tableOrNull != null) {
      html.append(Html.heading("Table 1")).append(tableOrNull.html());
    }
    for (Figure figure : figures) {
      html.append(Html.heading(figure.title));
      html.append(Html.paragraph("", "The paper: " + figure.paper));
      html.append(
          figure.pictures.isEmpty()
              ? Html.paragraph("faint", "Not made.")
              : Html.grid(
                  figure.pictures.stream()
                      .map(picture -> Html.figure(picture.caption(), Html.image(picture)))
                      .toList()));
    }
    return Html.page("The paper's results, made again", html.toString());
  }
}
