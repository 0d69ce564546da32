package org.gan4j.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads one YAML document as maps, lists and texts. A scalar stays the text that was written, so
 * that nothing is converted on the way; an empty one is null. Aliases and tags are refused: no
 * recipe needs them, and they are how a small file becomes a huge one.
 */
public final class YamlReader {
  /** Far more than any recipe; keeps a wrong file from filling the memory. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 16;

  private final String source;
  private final YAMLParser parser;

  private YamlReader(String source, YAMLParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /**
   * Reads a document.
   *
   * @param yaml its text
   * @param source where it is from, to begin messages with
   * @return Map, List, String or null
   * @throws IllegalArgumentException if it isn't such a document, with the line
   */
  public static Object read(String yaml, String source) {
    if (yaml.length() > MAX_BYTES) {
      throw new IllegalArgumentException(source + ": larger than 1 MB, so not a recipe");
    }
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      return new YamlReader(source, parser).document();
    } catch (JsonProcessingException e) {
      throw syntaxError(source, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file that a run left behind; damaged bytes become question marks. */
  static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IllegalArgumentException(file + ": larger than 1 MB, so not a run's");
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private Object document() throws IOException {
    JsonToken first = parser.nextToken();
    Object root = first == null ? null : value(first, 0);
    if (parser.nextToken() != null) {
      throw at("more than one document");
    }
    return root;
  }

  private Object value(JsonToken token, int depth) throws IOException {
    if (parser.isCurrentAlias()) {
      throw at("aliases (*name) are not supported");
    }
    if (parser.getTypeId() != null) {
      throw at("tags (!name) are not supported");
    }
    if (depth > MAX_DEPTH) {
      throw at("nested deeper than " + MAX_DEPTH + " levels");
    }
    return switch (token) {
      case START_OBJECT -> map(depth);
      case START_ARRAY -> list(depth);
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  private Map<String, Object> map(int depth) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.isCurrentAlias() || fields.containsKey(name)) {
        throw at("the field " + name + " stands there twice");
      }
      fields.put(name, value(parser.nextToken(), depth + 1));
    }
    return fields;
  }

  private List<Object> list(int depth) throws IOException {
    List<Object> elements = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      elements.add(value(t, depth + 1));
    }
    return elements;
  }

  private IllegalArgumentException at(String problem) {
    int line = parser.currentTokenLocation().getLineNr();
    return new IllegalArgumentException(source + ": line " + line + ": " + problem);
  }

  private static IllegalArgumentException syntaxError(String source, JsonProcessingException e) {
    String problem = e.getOriginalMessage().replaceAll(", got this instead.*", "");
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
        line = marked.getProblemMark().getLine() + 1;
        problem = marked.getProblem();
      }
    }
    String text = problem.replaceAll("\\s+", " ");
    String where = line > 0 ? "line " + line + ": " : "";
    return new IllegalArgumentException(source + ": " + where + "not YAML: " + text, e);
  }
}
