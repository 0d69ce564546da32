package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Workload;

/** Results as Markdown. */
final class Table {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private Table(Results results) {
    this.results = results;
  }

  /** What the README shows. */
  static String summary(Results results) {
    return summary(results, Map.of());
  }

  /**
   * The same below other results.
   *
   * @param above what was said there of where it ran
   */
  static String summary(Results results, Map<String, String> above) {
    Table table = new Table(results);
    if (!table.ids(Group.ITERATION).isEmpty()) {
      table.group(Group.ITERATION);
    }
    table.races();
    table.where(above);
    return table.text.toString();
  }

  /** Everything. */
  static String full(Results results) {
    Table table = new Table(results);
    table.text.append("# Benchmark results\n\n");
    table.where(Map.of());
    table.text.append('\n');
    table.agreement();
    for (String group : table.groupNames()) {
      table.text.append("\n## ").append(group).append("\n\n");
      table.group(group);
      table.text.append('\n');
      table.details(group);
    }
    table.races();
    return table.text.toString();
  }

  private Set<String> groupNames() {
    return results.measurements().stream()
        .map(Measurement::group)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private List<Library> librariesOf(String group) {
    return results.measurements().stream()
        .filter(m -> m.group().equals(group))
        .map(Measurement::library)
        .distinct()
        .toList();
  }

  private void line(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void group(String group) {
    List<Library> libraries = librariesOf(group);
    List<String> head = new ArrayList<>(List.of("ms (least – most of the forks)"));
    List<String> rule = new ArrayList<>(List.of("---"));
    for (Library library : libraries) {
      head.add(library.title());
      rule.add("---:");
    }
    line(head);
    line(rule);
    for (String id : ids(group)) {
      List<String> row = new ArrayList<>(List.of(label(Case.parse(id))));
      libraries.forEach(library -> row.add(cell(group, id, library)));
      line(row);
    }
  }

  private Set<String> ids(String group) {
    return results.measurements().stream()
        .filter(m -> m.group().equals(group))
        .map(Measurement::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private String cell(String group, String id, Library library) {
    Optional<Measurement> found = results.find(group, id, library);
    if (found.isEmpty()) {
      return "–";
    }
    String time = spread(found.get().time());
    Optional<Measurement> ours = results.find(group, id, Library.GAN4J);
    if (library == Library.GAN4J || ours.isEmpty()) {
      return time;
    }
    return time + ", " + times(Spread.ratio(found.get(), ours.get()));
  }

  private static String spread(Spread s) {
    return number(s.median()) + " (" + number(s.low()) + " – " + number(s.high()) + ")";
  }

  private static String times(Spread s) {
    return "**" + number(s.median()) + "×** (" + number(s.low()) + " – " + number(s.high()) + ")";
  }

  static String number(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static String label(Case measured) {
    if (measured instanceof Case.Iteration i) {
      return label(i.workload()) + ", iteration";
    }
    if (measured instanceof Case.Products p) {
      return label(p.workload()) + ", its products alone";
    }
    if (measured instanceof Case.Parzen p) {
      return "Parzen, "
          + p.samples()
          + " samples"
          + (p.productsOnly() ? ", its products alone" : "");
    }
    if (measured instanceof Case.Kernel k) {
      return label(k);
    }
    return measured.id();
  }

  private static String label(Case.Kernel k) {
    String operation = k.operation().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String sizes =
        k.operation().isDense()
            ? k.rows() + " × " + k.inputs() + " → " + k.outputs()
            : k.rows() + " × " + k.outputs();
    return operation + ", " + sizes + (k.operation().isMaxout() ? " × " + Workload.PIECES : "");
  }

  private static String label(Workload w) {
    String standard = w.recipe() + (w.alternating() ? ", alternating" : ", simultaneous");
    String batch = w.batch() == 100 ? "" : ", batch " + w.batch();
    boolean usual = w.width() == Workload.standardWidth(w.recipe());
    String width = usual ? "" : ", width " + w.width();
    return standard + batch + width + (w.population() == 1 ? "" : ", " + w.population() + " GANs");
  }

  private void details(String group) {
    line(
        List.of(
            "", "library", "GFLOP/s", "of the product's", "GB/s", "of the copy's", "B/op", "MiB"));
    line(List.of("---", "---", "---:", "---:", "---:", "---:", "---:", "---:"));
    double product = Spread.median(results.productGflops());
    double copy = Spread.median(results.copyGbs());
    for (Measurement m : results.measurements()) {
      if (m.group().equals(group)) {
        line(
            List.of(
                label(m.measured()),
                m.library().title(),
                rate(m.gflops()),
                share(m.gflops(), product),
                rate(m.gigabytes()),
                share(m.gigabytes(), copy),
                String.format(Locale.ROOT, "%.0f", Spread.median(m.allocated())),
                String.format(Locale.ROOT, "%.0f", Spread.median(m.peakMib()))));
      }
    }
  }

  private static String rate(double value) {
    return value == 0 ? "" : number(value);
  }

  private static String share(double value, double ceiling) {
    return value == 0 ? "" : Math.round(100 * value / ceiling) + " %";
  }

  private void races() {
    if (results.races().isEmpty()) {
      return;
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%nTraining mnist, simultaneous, until 10,000 samples score %.0f nats on 1,000 validation"
                + " images: the seconds of training alone, mean ± deviation of the seeds that come so"
                + " far, and each seed's with its epochs:%n%n",
            Finish.GOAL));
    line(List.of("library", "seconds", "of", "seed by seed"));
    line(List.of("---", "---:", "---:", "---"));
    for (Library library : Library.values()) {
      List<Finish> finishes = results.racesOf(library);
      if (!finishes.isEmpty()) {
        race(library, finishes);
      }
    }
  }

  private void race(Library library, List<Finish> finishes) {
    double[] seconds =
        finishes.stream()
            .flatMap(finish -> finish.goal().stream())
            .mapToDouble(Finish.Epoch::seconds)
            .toArray();
    line(
        List.of(
            library.title(),
            seconds.length == 0 ? "–" : meanAndDeviation(seconds),
            seconds.length + " of " + finishes.size(),
            finishes.stream().map(Table::finish).collect(Collectors.joining("; "))));
  }

  /** One training's end does not tell how far the next one's would be from it. */
  private static String meanAndDeviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    if (values.length == 1) {
      return number(mean);
    }
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return number(mean) + " ± " + number(Math.sqrt(squares / (values.length - 1)));
  }

  private static String finish(Finish finish) {
    Finish.Epoch end = finish.end();
    return finish.goal().isPresent()
        ? number(end.seconds()) + " (" + end.number() + ")"
        : String.format(
            Locale.ROOT,
            "%.1f nats after %s (%d)",
            end.nats(),
            number(end.seconds()),
            end.number());
  }

  private void where(Map<String, String> above) {
    text.append('\n');
    results
        .environment()
        .forEach(
            (name, value) -> {
              if (!value.equals(above.get(name))) {
                text.append("- ").append(name).append(": ").append(value).append('\n');
              }
            });
    text.append("- ceiling: ")
        .append(range(results.productGflops()))
        .append(" GFLOP/s (large product), ")
        .append(range(results.copyGbs()))
        .append(" GB/s (large copy), at the start and at the end\n");
    if (results.moved()) {
      text.append("- **The ceiling moved by more than 15 % while this ran: do not trust it.**\n");
    }
    if (results.quick()) {
      text.append("- **A quick run, which only shows that everything works.**\n");
    }
  }

  private static String range(List<Double> values) {
    return values.stream().map(Table::number).collect(Collectors.joining(" and "));
  }

  private void agreement() {
    if (results.agreement().isEmpty()) {
      return;
    }
    text.append(
        "Before anything was timed, from the same weights, inputs and masks, the largest\n");
    text.append(
        "relative difference to gan4j, of both losses, every gradient and every weight:\n\n");
    results
        .agreement()
        .forEach(
            (what, worst) ->
                text.append("- ")
                    .append(what)
                    .append(": ")
                    .append(
                        worst.entrySet().stream()
                            .map(
                                e ->
                                    String.format(Locale.ROOT, "%s %.1e", e.getKey(), e.getValue()))
                            .collect(Collectors.joining(", ")))
                    .append('\n'));
  }
}
