package org.gan4j.device;

/** Masks of completion by their definition: word by word. */
public final class ReferenceMasks {
  private ReferenceMasks() {}

  private static long word(long seed, int site, long step, long element) {
    Philox words = new Philox(seed, site, step);
    int word = 0;
    for (long i = 0; i <= element; i++) {
      word = words.nextWord();
    }
    return Integer.toUnsignedLong(word);
  }

  /**
   * [rows][channels][height][width]: 1 where a value is visible.
   *
   * @param weights of halves, quadrants, rectangles, pixels and all
   */
  public static float[] of(
      long seed,
      long step,
      int site,
      int rows,
      int channels,
      int height,
      int width,
      double... weights) {
    float[] masks = new float[rows * channels * height * width];
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    for (int row = 0; row < rows; row++) {
      long[] words = new long[8];
      for (int i = 0; i < 8; i++) {
        words[i] = word(seed, site, step, 8L * row + i);
      }
      int kind = 0;
      double below = weights[0];
      while (kind < 4 && words[0] >= Math.round(below / sum * 0x1p32)) {
        below += weights[++kind];
      }
      int which = (int) (words[1] >>> 30);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int pixel = (row * height + y) * width + x;
          boolean hidden =
              switch (kind) {
                case 0 -> half(which, y, x, height, width);
                case 1 ->
                    half(which & 1, y, x, height, width)
                        && half(2 + (which >> 1), y, x, height, width);
                case 2 -> rectangle(words, y, x, height, width);
                case 3 -> word(seed, site + 1, step, pixel) >= words[2];
                default -> true;
              };
          for (int c = 0; c < channels; c++) {
            masks[((row * channels + c) * height + y) * width + x] = hidden ? 0 : 1;
          }
        }
      }
    }
    return masks;
  }

  private static boolean half(int which, int y, int x, int height, int width) {
    return switch (which) {
      case 0 -> x < width / 2;
      case 1 -> x >= width / 2;
      case 2 -> y < height / 2;
      default -> y >= height / 2;
    };
  }

  private static boolean rectangle(long[] words, int y, int x, int height, int width) {
    int high = 1 + below(words[4], height);
    int wide = 1 + below(words[5], width);
    int top = below(words[6], height - high + 1);
    int left = below(words[7], width - wide + 1);
    return y >= top && y < top + high && x >= left && x < left + wide;
  }

  private static int below(long word, int n) {
    return (int) Math.floor(word * 0x1p-32 * n);
  }
}
