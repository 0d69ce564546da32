package org.gan4j.io;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import org.gan4j.FormatException;

/**
 * A value of a JSON document that {@link Json} read. It gives itself as what the caller asks for;
 * if it is something else, the exception says its name and place. Nothing is converted: a text is
 * no number, and 1.0 no whole one.
 */
public final class JsonValue {
  private final Object value;
  private final String name;
  private final int index;
  private final int line;
  private final int column;
  private final BiFunction<String, Throwable, FormatException> wrong;

  /**
   * @param value Map, List, String, Long, Double, Boolean or null
   * @param name of the field that it is, or whose list it is in; null if there is none
   * @param index in a list; -1 if it is in none
   * @param wrong makes the exception of a problem and its cause
   */
  JsonValue(
      Object value,
      String name,
      int index,
      int line,
      int column,
      BiFunction<String, Throwable, FormatException> wrong) {
    this.value = value;
    this.name = name;
    this.index = index;
    this.line = line;
    this.column = column;
    this.wrong = wrong;
  }

  /**
   * An exception for a value that is not what it should be.
   *
   * @param problem goes on after the value's name, as in "is no whole number"
   * @return the exception that the reader of the document asked for, with name and place
   */
  public FormatException problem(String problem) {
    return damaged(label() + " " + problem);
  }

  /** The same without the value's name. */
  FormatException damaged(String problem) {
    return wrong.apply(problem + Json.place(line, column), null);
  }

  private String label() {
    String field = name == null ? "the document" : Printable.quoted(name);
    return index < 0 ? field : "element " + (index + 1) + " of " + field;
  }

  /**
   * The fields of an object.
   *
   * @return by name, in their order
   * @throws FormatException if it is none
   */
  @SuppressWarnings("unchecked")
  public Map<String, JsonValue> fields() {
    if (value instanceof Map<?, ?> fields) {
      return Collections.unmodifiableMap((Map<String, JsonValue>) fields);
    }
    throw problem("is no object");
  }

  /**
   * A field of an object.
   *
   * @param field its name
   * @return its value
   * @throws FormatException if this is no object, or has no such field
   */
  public JsonValue get(String field) {
    JsonValue found = fields().get(field);
    if (found == null) {
      throw damaged(Printable.quoted(field) + " is missing");
    }
    return found;
  }

  /**
   * Whether an object has a field.
   *
   * @param field its name
   * @return true also if the field is null
   * @throws FormatException if this is no object
   */
  public boolean has(String field) {
    return fields().containsKey(field);
  }

  /** Whether it is null. */
  public boolean isNull() {
    return value == null;
  }

  /** Whether it is a list. */
  public boolean isList() {
    return value instanceof List;
  }

  /**
   * The elements of a list.
   *
   * @return in their order
   * @throws FormatException if it is none
   */
  @SuppressWarnings("unchecked")
  public List<JsonValue> list() {
    if (value instanceof List<?> list) {
      return Collections.unmodifiableList((List<JsonValue>) list);
    }
    throw problem("is no list");
  }

  /**
   * A text.
   *
   * @return of valid Unicode, but else of any content
   * @throws FormatException if it is none
   */
  public String text() {
    if (value instanceof String text) {
      return text;
    }
    throw problem("is no text");
  }

  /**
   * A number.
   *
   * @return finite
   * @throws FormatException if it is none
   */
  public double number() {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw problem("is no number");
  }

  /**
   * A number where there may be none.
   *
   * @return finite; empty for null
   * @throws FormatException if it is neither
   */
  public OptionalDouble numberOrNull() {
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (value instanceof Number number) {
      return OptionalDouble.of(number.doubleValue());
    }
    throw problem("is neither a number nor null");
  }

  /**
   * A whole number, written without fraction and exponent.
   *
   * @param least that is taken
   * @param most that is taken
   * @return from least to most
   * @throws FormatException if it is none
   */
  public long whole(long least, long most) {
    if (value instanceof Long whole && whole >= least && whole <= most) {
      return whole;
    }
    throw problem("is no whole number from " + least + " to " + most);
  }

  /**
   * A truth value.
   *
   * @return true or false
   * @throws FormatException if it is neither
   */
  public boolean truth() {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw problem("is neither true nor false");
  }
}
