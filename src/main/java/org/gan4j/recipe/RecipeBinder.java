package org.gan4j.recipe;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.gan4j.io.Printable;
import org.gan4j.io.YamlReader;
import org.gan4j.layers.Default;

/** Builds the records of a recipe from a {@link RecipeTree}, strictly, on their defaults. */
final class RecipeBinder {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  /** Longer than the digits of any number that means something here. */
  private static final int MAX_DIGITS = 400;

  private RecipeBinder() {}

  static Object bind(Type type, Object node, String path) {
    if (type instanceof ParameterizedType list) {
      return list(list.getActualTypeArguments()[0], node, path);
    }
    Class<?> target = (Class<?>) type;
    if (target.isSealed()) {
      return variant(target, map(target, node, path), path);
    }
    if (target.isRecord()) {
      return record(target, map(target, node, path), path);
    }
    if (node == null || node instanceof Map || node instanceof List) {
      throw wrongKind(path, target, node);
    }
    return scalar(target, node.toString(), path);
  }

  static IllegalArgumentException unknownField(String path, String name, Collection<String> known) {
    return new IllegalArgumentException(
        (path.isEmpty() ? "" : path + ": ")
            + "unknown field "
            + Printable.quoted(name)
            + Names.didYouMean(name, known)
            + " (fields: "
            + String.join(", ", known)
            + ")");
  }

  private static List<Object> list(Type element, Object node, String path) {
    if (!(node instanceof List<?> nodes)) {
      throw new IllegalArgumentException(path + " must be a list, not " + shown(node));
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      values.add(bind(element, nodes.get(i), RecipeTree.join(path, i)));
    }
    return values;
  }

  /** The records of a sealed interface and of the sealed interfaces below it. */
  private static void addVariants(Class<?> parent, Map<String, Class<?>> variants) {
    for (Class<?> each : parent.getPermittedSubclasses()) {
      if (each.isSealed()) {
        addVariants(each, variants);
      } else {
        variants.put(Names.variant(each), each);
      }
    }
  }

  private static Object variant(Class<?> parent, Map<?, ?> node, String path) {
    Map<String, Class<?>> variants = new LinkedHashMap<>();
    addVariants(parent, variants);
    Object name = node.get(RecipeTree.TYPE);
    String typePath = RecipeTree.join(path, RecipeTree.TYPE);
    String allowed = String.join(", ", variants.keySet());
    if (name == null) {
      throw new IllegalArgumentException(typePath + " is missing (types: " + allowed + ")");
    }
    if (!(name instanceof String text && variants.containsKey(text))) {
      throw notOneOf(typePath, name, variants.keySet());
    }
    Map<Object, Object> fields = new LinkedHashMap<>(node);
    fields.remove(RecipeTree.TYPE);
    return record(variants.get(name), fields, path);
  }

  private static Object record(Class<?> type, Map<?, ?> node, String path) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> known = fields(type);
    for (Object key : node.keySet()) {
      if (!known.contains(key)) {
        throw unknownField(path, String.valueOf(key), known);
      }
    }
    List<String> missing =
        Arrays.stream(components)
            .filter(component -> !component.isAnnotationPresent(Default.class))
            .map(component -> Names.field(component.getName()))
            .filter(name -> !node.containsKey(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          (path.isEmpty() ? "" : path + ": ") + "missing: " + String.join(", ", missing));
    }
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = known.get(i);
      Object value = node.containsKey(name) ? node.get(name) : defaultOf(components[i], name);
      if (value != null || !isOptional(components[i])) {
        values[i] = bind(components[i].getGenericType(), value, RecipeTree.join(path, name));
      }
    }
    return construct(type, types, values, path);
  }

  private static Object defaultOf(RecordComponent component, String name) {
    String yaml = component.getAnnotation(Default.class).value();
    return YamlReader.read(yaml, name, IllegalStateException::new);
  }

  /** Whether it may be null. */
  private static boolean isOptional(RecordComponent component) {
    Default value = component.getAnnotation(Default.class);
    return value != null && value.value().equals("null");
  }

  private static Object construct(Class<?> type, Class<?>[] types, Object[] values, String path) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new IllegalArgumentException(located(refused.getMessage(), type, path), refused);
      }
      throw new IllegalStateException("can't build " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't build " + type, e);
    }
  }

  /** A record's message, with the path before the field that it begins with. */
  private static String located(String message, Class<?> type, String path) {
    boolean namesField = fields(type).stream().anyMatch(name -> message.startsWith(name + " "));
    if (path.isEmpty()) {
      return message;
    }
    return namesField ? RecipeTree.join(path, message) : path + ": " + message;
  }

  static List<String> fields(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> Names.field(component.getName()))
        .toList();
  }

  private static Object scalar(Class<?> type, String text, String path) {
    if (type == String.class) {
      return text;
    }
    if (type.isEnum()) {
      Map<String, Object> constants = constants(type);
      if (!constants.containsKey(text)) {
        throw notOneOf(path, text, constants.keySet());
      }
      return constants.get(text);
    }
    Pattern form = isDecimal(type) ? DECIMAL : WHOLE;
    if (text.length() > MAX_DIGITS || !form.matcher(text).matches()) {
      throw wrongKind(path, type, text);
    }
    return isDecimal(type) ? (Object) decimal(text, path) : whole(type, text, path);
  }

  /** Boxed, it is the element of a list. */
  private static boolean isDecimal(Class<?> type) {
    return type == double.class || type == Double.class;
  }

  private static Map<String, Object> constants(Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(Names.constant((Enum<?>) constant), constant);
    }
    return constants;
  }

  private static double decimal(String text, String path) {
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException(path + " is too large: " + Printable.quoted(text));
    }
    return value;
  }

  private static Object whole(Class<?> type, String text, String path) {
    BigInteger value = new BigInteger(text);
    int bits = type == int.class ? 31 : 63;
    if (value.bitLength() > bits) {
      throw new IllegalArgumentException(
          path + " must be a whole number of at most " + (bits + 1) + " bits, not " + shown(text));
    }
    return type == int.class ? (Object) value.intValueExact() : value.longValueExact();
  }

  private static Map<?, ?> map(Class<?> type, Object node, String path) {
    if (node instanceof Map<?, ?> map) {
      return map;
    }
    throw wrongKind(path, type, node);
  }

  private static IllegalArgumentException wrongKind(String path, Class<?> type, Object node) {
    String subject = path.isEmpty() ? "a recipe" : path;
    return new IllegalArgumentException(
        subject + " must be " + expected(type) + ", not " + shown(node));
  }

  private static IllegalArgumentException notOneOf(
      String path, Object node, Collection<String> allowed) {
    return new IllegalArgumentException(
        path
            + " must be one of "
            + String.join(", ", allowed)
            + "; not "
            + shown(node)
            + Names.didYouMean(String.valueOf(node), allowed));
  }

  private static String expected(Class<?> type) {
    if (isDecimal(type)) {
      return "a number";
    }
    if (type == int.class || type == long.class) {
      return "a whole number";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type.isEnum()) {
      return "one of " + String.join(", ", constants(type).keySet());
    }
    String first = type.isSealed() ? RecipeTree.TYPE : String.join(", ", fields(type));
    return "fields (" + first + ")";
  }

  private static String shown(Object node) {
    if (node == null) {
      return "empty";
    }
    if (node instanceof Map) {
      return "fields";
    }
    return node instanceof List ? "a list" : Printable.quoted(node.toString());
  }
}
