package org.gan4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which values of an image are visible and which are hidden. Immutable. */
public final class ImageMask {
  private static final Pattern RECTANGLE =
      Pattern.compile("([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})");

  private static final List<String> HALVES = List.of("left", "right", "top", "bottom");
  private static final List<String> QUADRANTS =
      List.of("top-left", "top-right", "bottom-left", "bottom-right");

  private final float[] visible;

  private ImageMask(float[] visible) {
    this.visible = visible;
  }

  /**
   * The four halves.
   *
   * @param shape of an image
   * @return by what each hides: left, right, top, bottom
   */
  public static Map<String, ImageMask> halves(ImageShape shape) {
    return named(HALVES, shape);
  }

  /**
   * The four quadrants.
   *
   * @param shape of an image
   * @return by what each hides: top-left, top-right, bottom-left, bottom-right
   */
  public static Map<String, ImageMask> quadrants(ImageShape shape) {
    return named(QUADRANTS, shape);
  }

  private static Map<String, ImageMask> named(List<String> names, ImageShape shape) {
    Map<String, ImageMask> masks = new LinkedHashMap<>();
    names.forEach(name -> masks.put(name, hiding(name, shape)));
    return masks;
  }

  /**
   * A mask by what it hides. Of an odd number of columns or rows the middle one belongs to the
   * right and to the lower part.
   *
   * @param part left, right, top, bottom; top-left, top-right, bottom-left, bottom-right; or a
   *     rectangle, x,y,width,height in pixels
   * @param shape of the images
   * @return the mask
   * @throws IllegalArgumentException if it is none of these, or reaches beyond the image
   */
  public static ImageMask hiding(String part, ImageShape shape) {
    Matcher numbers = RECTANGLE.matcher(part);
    if (numbers.matches()) {
      return rectangle(
          Integer.parseInt(numbers.group(1)),
          Integer.parseInt(numbers.group(2)),
          Integer.parseInt(numbers.group(3)),
          Integer.parseInt(numbers.group(4)),
          shape);
    }
    if (!HALVES.contains(part) && !QUADRANTS.contains(part)) {
      List<String> all = new ArrayList<>(HALVES);
      all.addAll(QUADRANTS);
      throw new IllegalArgumentException(
          "what is hidden must be one of "
              + String.join(", ", all)
              + ", a rectangle x,y,width,height or a picture's file .png, not '"
              + part
              + "'");
    }
    int middleX = shape.width() / 2;
    int middleY = shape.height() / 2;
    int left = part.endsWith("right") ? middleX : 0;
    int right = part.endsWith("left") ? middleX : shape.width();
    int top = part.startsWith("bottom") ? middleY : 0;
    int bottom = part.startsWith("top") ? middleY : shape.height();
    return rectangle(left, top, right - left, bottom - top, shape);
  }

  private static ImageMask rectangle(int x, int y, int width, int height, ImageShape shape) {
    if (width < 1
        || height < 1
        || (long) x + width > shape.width()
        || (long) y + height > shape.height()) {
      throw new IllegalArgumentException(
          String.format(
              "the rectangle %d,%d,%d,%d to be hidden is not inside an image of %d x %d pixels"
                  + " (x,y,width,height)",
              x, y, width, height, shape.width(), shape.height()));
    }
    float[] visible = new float[shape.size()];
    for (int i = 0; i < visible.length; i++) {
      int column = i % shape.width();
      int row = i / shape.width() % shape.height();
      boolean hidden = column >= x && column < x + width && row >= y && row < y + height;
      visible[i] = hidden ? 0 : 1;
    }
    return new ImageMask(visible);
  }

  /**
   * A mask from a picture: what is white in it, or nearer to white than to black, is hidden.
   *
   * @param file a picture as large as an image
   * @param shape of the images
   * @return the mask
   * @throws DataException if the file is no picture of that size, or hides nothing
   */
  public static ImageMask read(Path file, ImageShape shape) {
    byte[] grey = PictureFile.readExactly(file, new ImageShape(1, shape.height(), shape.width()));
    float[] visible = new float[shape.size()];
    boolean hides = false;
    for (int i = 0; i < visible.length; i++) {
      boolean hidden = Byte.toUnsignedInt(grey[i % grey.length]) >= 128;
      visible[i] = hidden ? 0 : 1;
      hides |= hidden;
    }
    if (!hides) {
      throw new DataException(file + " hides nothing: what is white in it is hidden");
    }
    return new ImageMask(visible);
  }

  /**
   * The mask as values.
   *
   * @return [size], a copy: 1 where a value is visible, 0 where it is hidden
   */
  public float[] values() {
    return visible.clone();
  }

  /**
   * How many values are hidden.
   *
   * @return ≥ 1
   */
  public int hidden() {
    int count = 0;
    for (float value : visible) {
      count += value == 0 ? 1 : 0;
    }
    return count;
  }
}
