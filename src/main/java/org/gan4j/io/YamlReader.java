package org.gan4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads one YAML 1.2 document as maps, lists and texts. A scalar stays the text that was written,
 * so that nothing is converted on the way; an empty one is null. Aliases and tags are refused: no
 * recipe needs them, and they are how a small file becomes a huge one.
 */
public final class YamlReader {
  /** Far more than any recipe; keeps a wrong file from filling the memory. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 16;

  /** The plain scalars that YAML takes for null. */
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");

  private final String source;
  private final BiFunction<String, Throwable, ? extends RuntimeException> wrong;
  private final Iterator<Event> events;
  private Event event;

  private YamlReader(
      String source,
      BiFunction<String, Throwable, ? extends RuntimeException> wrong,
      Iterator<Event> events) {
    this.source = source;
    this.wrong = wrong;
    this.events = events;
  }

  /**
   * Reads a document.
   *
   * @param yaml its text
   * @param source where it is from, to begin messages with
   * @param wrong makes an exception of what is wrong, with the line, and of its cause or null
   * @return Map, List, String or null
   * @throws RuntimeException that {@code wrong} made, if it isn't such a document
   */
  public static Object read(
      String yaml, String source, BiFunction<String, Throwable, ? extends RuntimeException> wrong) {
    if (yaml.length() > MAX_BYTES) {
      throw wrong.apply(source + ": larger than 1 MB, so not a recipe", null);
    }
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(MAX_BYTES).setMaxAliasesForCollections(0).build();
    try {
      Iterator<Event> events = new ParserImpl(settings, new StreamReader(settings, yaml));
      return new YamlReader(source, wrong, events).document();
    } catch (YamlEngineException e) {
      throw wrong.apply(syntaxError(source, e), e);
    }
  }

  /**
   * The text of a file that a run left behind; damaged bytes become question marks.
   *
   * @param file at most 1 MB
   * @param wrong as in {@link #read}
   * @return its text
   * @throws IOException if it can't be read
   * @throws RuntimeException that {@code wrong} made, if it is larger
   */
  public static String text(
      Path file, BiFunction<String, Throwable, ? extends RuntimeException> wrong)
      throws IOException {
    byte[] bytes = first(file, MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw wrong.apply(file + ": larger than 1 MB, so not a run's", null);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * The lines of such a file of lines; of a larger one the first, none of them cut off.
   *
   * @param file of any size
   * @return at most 1 MB of it
   * @throws IOException if it can't be read
   */
  public static List<String> head(Path file) throws IOException {
    byte[] bytes = first(file, MAX_BYTES + 1);
    String text = new String(bytes, StandardCharsets.UTF_8);
    return (bytes.length > MAX_BYTES ? text.substring(0, text.lastIndexOf('\n') + 1) : text)
        .lines()
        .toList();
  }

  private static byte[] first(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    }
  }

  private Event.ID next() {
    event = events.next();
    return event.getEventId();
  }

  private Object document() {
    next(); // the stream begins
    if (next() == Event.ID.StreamEnd) {
      return null;
    }
    Object root = value(next(), 0);
    next(); // the document ends
    if (next() != Event.ID.StreamEnd) {
      throw at("more than one document");
    }
    return root;
  }

  private Object value(Event.ID kind, int depth) {
    if (kind == Event.ID.Alias) {
      throw at("aliases (*name) are not supported");
    }
    if (depth > MAX_DEPTH) {
      throw at("nested deeper than " + MAX_DEPTH + " levels");
    }
    if (event instanceof NodeEvent node && isTagged(node)) {
      throw at("tags (!name) are not supported");
    }
    return switch (kind) {
      case MappingStart -> map(depth);
      case SequenceStart -> list(depth);
      default -> scalar((ScalarEvent) event);
    };
  }

  private static boolean isTagged(NodeEvent node) {
    if (node instanceof ScalarEvent scalar) {
      return scalar.getTag().isPresent();
    }
    return ((CollectionStartEvent) node).getTag().isPresent();
  }

  private static String scalar(ScalarEvent scalar) {
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
    return plain && NULL.contains(scalar.getValue()) ? null : scalar.getValue();
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Event.ID kind = next(); kind != Event.ID.MappingEnd; kind = next()) {
      if (!(event instanceof ScalarEvent name)) {
        throw at("a field's name must be a plain word");
      }
      if (fields.containsKey(name.getValue())) {
        throw at("the field " + Printable.quoted(name.getValue()) + " stands there twice");
      }
      fields.put(name.getValue(), value(next(), depth + 1));
    }
    return fields;
  }

  private List<Object> list(int depth) {
    List<Object> elements = new ArrayList<>();
    for (Event.ID kind = next(); kind != Event.ID.SequenceEnd; kind = next()) {
      elements.add(value(kind, depth + 1));
    }
    return elements;
  }

  private RuntimeException at(String problem) {
    return wrong.apply(
        source + ": line " + (event.getStartMark().orElseThrow().getLine() + 1) + ": " + problem,
        null);
  }

  private static String syntaxError(String source, YamlEngineException e) {
    String problem = e.getMessage();
    String where = "";
    if (e instanceof MarkedYamlEngineException marked) {
      problem = marked.getProblem();
      where = marked.getProblemMark().map(YamlReader::line).orElse("");
    }
    return source + ": " + where + "not YAML: " + problem.lines().findFirst().orElse("");
  }

  private static String line(Mark mark) {
    return "line " + (mark.getLine() + 1) + ": ";
  }
}
