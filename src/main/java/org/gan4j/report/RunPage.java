package org.gan4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Report;
import org.gan4j.gan.Seconds;
import org.gan4j.gan.WentBack;
import org.gan4j.run.Alarm;
import org.gan4j.run.ClassificationSheet;
import org.gan4j.run.MeasureSheet;
import org.gan4j.run.RunRecord;
import org.gan4j.run.ScoreSheet;

/** A run as one page for a browser, which needs nothing but itself. */
public final class RunPage {
  private RunPage() {}

  /**
   * Writes the page.
   *
   * @param run what it shows
   * @return HTML
   */
  public static String of(RunRecord run) {
    return Html.page(
        run.name(),
        head(run)
            + alarms(run)
            + score(run)
            + measures(run)
            + classification(run)
            + Html.heading("Curves")
            + (run.replicas() > 1
                ? Html.paragraph("note", "Thick: the mean of the replicas; thin: each of them.")
                : "")
            + Html.charts(RunCharts.ofOne(run.reports()))
            + samples(run)
            + figures(run)
            + timing(run)
            + Html.heading("Configuration")
            + "<pre>"
            + Html.escape(run.config())
            + "</pre>\n");
  }

  private static String head(RunRecord run) {
    Report last = run.last();
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("recipe", run.setting("name")));
    facts.add(List.of("data", run.setting(RunRecord.RUN + "data")));
    facts.add(
        List.of(
            "trained",
            String.format(
                Locale.ROOT, "%d iterations, %.1f epochs", last.iteration(), last.epoch())));
    facts.add(List.of("replicas", run.replicas() + ", from " + run.seed(0)));
    facts.add(List.of("device", run.setting(RunRecord.RUN + "device")));
    facts.add(
        List.of(
            "versions",
            String.format(
                "gan4j %s, Java %s, %s",
                run.setting(RunRecord.RUN + "gan4j"),
                run.setting(RunRecord.RUN + "java"),
                run.setting(RunRecord.RUN + "system"))));
    StringBuilder html = new StringBuilder("<h1>").append(Html.escape(run.name()));
    html.append("</h1>\n").append(Html.table(List.of(), facts));
    run.remarks().forEach(remark -> html.append(Html.paragraph("note", remark)));
    return html.toString();
  }

  private static String alarms(RunRecord run) {
    StringBuilder html = new StringBuilder(Html.heading("Alarms"));
    for (Alarm alarm : run.alarms()) {
      String whose = run.replicas() > 1 ? ", " + run.seed(alarm.replica()) : "";
      html.append(
          Html.paragraph(
              "alarm",
              String.format(
                  "%s at iteration %d%s", alarm.kind().word(), alarm.iteration(), whose)));
      html.append(Html.paragraph("", alarm.saw() + "; try " + alarm.kind().advice()));
    }
    for (WentBack back : run.rollbacks()) {
      html.append(Html.paragraph("note", wentBack(run, back)));
    }
    List<String> measured = run.measures().map(MeasureSheet::alarms).orElse(List.of());
    measured.forEach(alarm -> html.append(Html.paragraph("alarm", alarm)));
    if (run.alarms().isEmpty() && measured.isEmpty()) {
      html.append(Html.paragraph("faint", "None."));
    }
    return html.toString();
  }

  private static String wentBack(RunRecord run, WentBack back) {
    return String.format(
        "Rollback %d of %s at iteration %d, after %s: on with %s and other random numbers.",
        back.times(),
        run.seed(back.replica()),
        back.iteration(),
        back.why(),
        back.from() == 0
            ? "its networks as they began"
            : "its networks of iteration " + back.from());
  }

  private static String score(RunRecord run) {
    if (run.score().isEmpty()) {
      return hasPart(run, "validation_set") && hasPart(run, "test_set")
          ? ""
          : Html.paragraph("note", "Not scored: the data have no validation or test images.");
    }
    ScoreSheet sheet = run.score().get();
    List<List<String>> rows = new ArrayList<>();
    for (int r = 0; r < sheet.replicas().size(); r++) {
      rows.add(row(run.seed(r), sheet.replicas().get(r)));
    }
    rows.add(row("the training set itself", sheet.trainingSet()));
    String note =
        sheet.replicas().size() == 1
            ? ""
            : String.format(
                Locale.ROOT,
                "Over %d seeds: %.1f ± %.1f nats (mean ± standard deviation).",
                sheet.replicas().size(),
                sheet.mean(),
                sheet.deviation());
    return Html.heading("Parzen score, iteration " + sheet.iteration())
        + Html.table(
            List.of("", "test, nats", "standard error", "σ", "samples", "test examples"), rows)
        + Html.paragraph("", note)
        + Html.charts(List.of(RunCharts.sigmaCurves(run, sheet)));
  }

  /** A file of an earlier version does not say; its data had all parts. */
  private static boolean hasPart(RunRecord run, String part) {
    return !run.setting(RunRecord.RUN + part).isEmpty();
  }

  private static List<String> row(String name, ParzenScore score) {
    return List.of(
        name,
        String.format(Locale.ROOT, "%.1f", score.mean()),
        String.format(Locale.ROOT, "%.1f", score.standardError()),
        Html.number(score.sigma()),
        Integer.toString(score.samples()),
        Integer.toString(score.examples()));
  }

  private static String measures(RunRecord run) {
    if (run.measures().isEmpty() || run.measures().get().rows().isEmpty()) {
      return "";
    }
    MeasureSheet sheet = run.measures().get();
    List<String> head = new ArrayList<>(List.of("measure", "better"));
    for (int r = 0; r < sheet.rows().get(0).run().size(); r++) {
      head.add(run.seed(r));
    }
    head.addAll(sheet.rows().get(0).anchors().keySet());
    head.add("what it says");
    List<List<String>> rows = sheet.rows().stream().map(RunPage::row).toList();
    return Html.heading("Measures, iteration " + sheet.iteration())
        + Html.paragraph(
            "note",
            sheet.samples() + " samples of each replica, " + sheet.tests() + " test examples.")
        + Html.table(head, rows);
  }

  private static List<String> row(MeasureSheet.Row measure) {
    List<String> cells = new ArrayList<>();
    cells.add(measure.title() + (measure.unit().isEmpty() ? "" : ", " + measure.unit()));
    cells.add(
        switch (measure.better()) {
          case LOWER -> "lower";
          case HIGHER -> "higher";
          case HALF -> "near ½";
          case NONE -> "–";
        });
    for (int r = 0; r < measure.run().size(); r++) {
      String note = measure.runNotes().get(r);
      cells.add(number(measure.run().get(r)) + (note.isEmpty() ? "" : " (" + note + ")"));
    }
    measure.anchors().values().forEach(value -> cells.add(number(value)));
    cells.add(measure.note());
    return cells;
  }

  private static String classification(RunRecord run) {
    if (run.classification().isEmpty()) {
      return "";
    }
    ClassificationSheet sheet = run.classification().get();
    List<List<String>> table = sheet.table();
    return Html.heading("Learning from few labels, iteration " + sheet.iteration())
        + Html.paragraph(
            "note",
            sheet.result().isOfOwnClasses()
                ? "What the discriminator itself says of classes, which it has learnt in the game."
                : "Logistic regression on pixels and on what hidden layers make of them; mean ±"
                    + " standard deviation over draws of the labels.")
        + Html.table(table.get(0), table.subList(1, table.size()))
        + Html.paragraph("", sheet.kept());
  }

  /** An en dash where there is no value. */
  static String number(OptionalDouble value) {
    return Html.number(value.orElse(Double.NaN));
  }

  private static String samples(RunRecord run) {
    if (run.samples().isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder(Html.heading("Samples"));
    html.append("<figure>");
    run.samples().forEach(picture -> html.append(Html.image(picture)).append('\n'));
    int last = run.samples().size() - 1;
    html.append("<input type=\"range\" aria-label=\"epoch\" min=\"0\" step=\"1\" max=\"");
    html.append(last).append("\" value=\"").append(last).append("\">");
    html.append("<figcaption><output></output>, from the same noise each time</figcaption>");
    return html.append("</figure>\n").toString();
  }

  private static String figures(RunRecord run) {
    if (run.figures().isEmpty()) {
      return "";
    }
    return Html.heading("The paper's figures")
        + Html.grid(
            run.figures().stream()
                .map(picture -> Html.figure(picture.caption(), Html.image(picture)))
                .toList());
  }

  private static String timing(RunRecord run) {
    double training = sum(run, Seconds::training);
    double evaluation = sum(run, Seconds::evaluation);
    double saving = sum(run, Seconds::saving);
    double all = training + evaluation + saving;
    if (all == 0) {
      return "";
    }
    return Html.heading("Time")
        + Html.table(
            List.of("phase", "seconds", "share"),
            List.of(
                time("training", training, all),
                time("evaluation", evaluation, all),
                time("pictures and checkpoints", saving, all)))
        + Html.paragraph(
            "note",
            "Between the first and the last line of metrics.jsonl; the final score and figures are"
                + " not in it.");
  }

  private static List<String> time(String phase, double seconds, double all) {
    return List.of(
        phase,
        String.format(Locale.ROOT, "%.1f", seconds),
        String.format(Locale.ROOT, "%.0f%%", 100 * seconds / all));
  }

  private static double sum(RunRecord run, ToDoubleFunction<Seconds> field) {
    return run.reports().stream()
        .map(Report::seconds)
        .mapToDouble(field)
        .filter(Double::isFinite)
        .sum();
  }
}
