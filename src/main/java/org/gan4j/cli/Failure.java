package org.gan4j.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.gan4j.recipe.RecipeException;
import org.gan4j.run.RunFileException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the command line makes of an exception: one line and an exit code, decided here only.
 *
 * <p>2 is for what the caller said: arguments, recipes and their fields, folders that don't exist
 * or are not what the command takes, a resume under another recipe or data set. 1 is for what the
 * machine or a file did: data and checkpoints that are damaged, missing or foreign, folders that
 * can't be written, full disks, memory, native libraries, training that diverges.
 */
final class Failure {
  /** Something failed that the caller could not know. */
  static final int FAILED = 1;

  /** The caller's mistake. */
  static final int MISUSE = 2;

  /** Ended by an alarm that --stop-on names. */
  static final int STOPPED = 3;

  /** Ended by Ctrl-C: 128 + SIGINT. */
  static final int INTERRUPTED = 130;

  private Failure() {}

  static int report(Throwable thrown, PrintWriter err, boolean verbose) {
    Throwable failure = unwrapped(thrown);
    err.println("gan4j: " + message(failure).strip().replaceAll("\\s*\\R\\s*", " "));
    if (verbose) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode(failure);
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof IllegalArgumentException
        || failure instanceof ParameterException
        || failure instanceof RecipeException
        || failure instanceof RunFileException) {
      return MISUSE;
    }
    if (failure instanceof CancellationException || failure instanceof InterruptedException) {
      return INTERRUPTED;
    }
    return FAILED;
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wrapper =
        thrown instanceof UncheckedIOException || thrown instanceof ExecutionException;
    // A wrapper without words of its own repeats the cause's.
    boolean says = cause != null && !cause.toString().equals(thrown.getMessage());
    return wrapper && cause != null && !says ? unwrapped(cause) : thrown;
  }

  private static String message(Throwable failure) {
    if (failure instanceof ParameterException misuse) {
      String command = misuse.getCommandLine().getCommandSpec().qualifiedName();
      return problem(misuse) + " (" + command + " --help says more)";
    }
    if (failure instanceof FileSystemException file) {
      return message(file);
    }
    if (failure instanceof OutOfMemoryError) {
      return notEnoughMemory(String.valueOf(failure.getMessage()));
    }
    boolean unforeseen = failure instanceof Error || failure instanceof NullPointerException;
    if (unforeseen || failure.getMessage() == null || failure.getMessage().isBlank()) {
      return failure + " (--verbose shows where)";
    }
    return failure.getMessage();
  }

  private static String notEnoughMemory(String what) {
    String remedy =
        what.contains("heap") || what.contains("GC overhead")
            ? "; Java's heap may take %d MB here, JDK_JAVA_OPTIONS=-Xmx2g would allow it 2 GB"
                .formatted(Runtime.getRuntime().maxMemory() >> 20)
            : "";
    return "not enough memory: " + what + remedy;
  }

  private static String problem(ParameterException misuse) {
    if (!(misuse instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return misuse.getMessage();
    }
    List<String> near = unmatched.getSuggestions();
    return "unexpected argument '"
        + unmatched.getUnmatched().get(0)
        + "'"
        + (near.isEmpty() ? "" : "; did you mean " + near.get(0) + "?");
  }

  /** These exceptions of the JDK say little more than the file's name. */
  private static String message(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return failure.getFile() + ": no such file or folder";
    }
    if (failure instanceof AccessDeniedException) {
      return failure.getFile() + ": no permission";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return failure.getFile() + ": a file stands in the way";
    }
    return failure.getMessage();
  }
}
