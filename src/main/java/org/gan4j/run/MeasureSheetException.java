package org.gan4j.run;

import java.nio.file.Path;
import org.gan4j.FormatException;

/** A measures.json that is damaged, or something else. */
public final class MeasureSheetException extends FormatException {
  private static final long serialVersionUID = 1L;

  MeasureSheetException(Path file, String problem, Throwable cause) {
    super(
        file + " is no sheet of measures: " + problem + "; gan4j measure RUN writes it again",
        cause);
  }
}
