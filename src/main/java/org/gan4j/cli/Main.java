package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.gan4j.io.UserFolders;
import org.gan4j.io.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. A command is a class of its own, named in {@code subcommands} below. */
@Command(
    name = "gan4j",
    description = "Generative adversarial nets (Goodfellow et al., 2014) on native kernels.",
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      StudyCommand.class,
      MeasureCommand.class,
      SampleCommand.class,
      CompleteCommand.class,
      InferCommand.class,
      ClassifyCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      FiguresCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      SurvivorsCommand.class,
      Table1Command.class,
      ReproduceCommand.class,
      SweepCommand.class,
      RecipesCommand.class,
      ToyCommand.class,
      PlaneCommand.class,
      TheoryCommand.class,
      ChecksCommand.class,
      ClassifierCommand.class,
      DoctorCommand.class
    },
    versionProvider = Main.VersionLine.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  gan4j train                      train the default recipe on the digits inside",
      "  gan4j evaluate runs/00001-mnist-10k",
      "  gan4j recipes                    what there is to train",
      "  gan4j recipes mnist > my.yaml    a recipe to change",
      "  gan4j doctor                     is this machine ready?",
      "",
      "gan4j COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 wrong use, 3 ended by train",
      "--stop-on, 130 Ctrl-C."
    })
public final class Main implements Runnable {
  /** What --version prints. */
  static final class VersionLine implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gan4j " + Version.current()};
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  private boolean verbose;

  private final Path runs;

  private Main(Path runs) {
    this.runs = runs;
  }

  /**
   * Runs one command and ends the JVM with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    UserFolders.replaceMissingHome();
    // Numbers look the same everywhere: programs read them.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(commandLine(out, err, Path.of("runs")), args));
  }

  /**
   * The commands, ready to run.
   *
   * @param out for results
   * @param err for messages
   * @param runs where numbered run folders are made
   */
  static CommandLine commandLine(PrintWriter out, PrintWriter err, Path runs) {
    Main main = new Main(runs);
    PrintWriter messages = PlainWriter.before(err);
    return new CommandLine(main)
        .setOut(PlainWriter.before(out))
        .setErr(messages)
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((e, args) -> Failure.report(e, messages, main.verbose))
        .setExecutionExceptionHandler(
            (e, command, args) -> Failure.report(e, messages, main.verbose));
  }

  /** Runs one command; the result is the exit code of {@link Failure}, or 0. */
  static int execute(CommandLine commands, String... args) {
    try {
      return commands.execute(args);
    } catch (Error e) { // a native library that doesn't load, no memory: picocli lets these through
      Main main = commands.getCommand();
      return Failure.report(e, commands.getErr(), main.verbose);
    }
  }

  /**
   * Runs another command for one that runs, with its outputs, as if it were called.
   *
   * @param runs where numbered run folders are made
   * @return the exit code
   */
  static int call(CommandSpec caller, Path runs, List<String> words) {
    CommandLine line = caller.commandLine();
    return execute(commandLine(line.getOut(), line.getErr(), runs), words.toArray(String[]::new));
  }

  Path runs() {
    return runs;
  }

  @Override
  public void run() {
    String known = String.join(", ", spec.subcommands().keySet());
    throw new ParameterException(spec.commandLine(), "no command given; there are: " + known);
  }
}
