package org.gan4j.recipe;

import org.gan4j.FormatException;

/** A text or a file is no recipe. */
public final class RecipeException extends FormatException {
  private static final long serialVersionUID = 1L;

  RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
