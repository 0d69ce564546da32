package org.gan4j.data;

import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Optional;

/** Makes sRGB of what a picture's file holds, one line of pixels after the other. */
@FunctionalInterface
interface Colours {
  /** What a profile is converted to: red, green and blue. */
  int RGB = 3;

  /**
   * The colours of some pixels.
   *
   * @param part the pixels, one row or one column
   * @param argb [pixels] 8 bits each of alpha, red, green and blue, in sRGB; overwritten
   */
  void read(Rectangle part, int[] argb);

  /**
   * Of a decoded image.
   *
   * @param profile of its colours, where its own colour model does not say
   * @throws IOException if its samples are of a kind that is not read
   * @throws IllegalArgumentException if the profile does not fit it
   */
  static Colours of(BufferedImage image, Optional<ICC_Profile> profile) throws IOException {
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    requireWholeNumbers(raster);
    Optional<ICC_Profile> icc = profile.or(() -> own(model.getColorSpace()));
    boolean indexed = model instanceof IndexColorModel;
    if (model.getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
      return inks(raster, false, false);
    }
    if (!indexed && raster.getNumBands() <= 2) {
      Colours plain = (part, argb) -> grey(raster, part, argb);
      return icc.isPresent() ? converted(plain, icc.get(), 1) : plain;
    }
    if (profile.isEmpty() && icc.isPresent() && model instanceof ComponentColorModel) {
      // Its numbers as they are; getRGB would convert them, a pixel at a time.
      return converted((part, argb) -> components(raster, part, argb), icc.get(), RGB);
    }
    Colours plain =
        (part, argb) -> image.getRGB(part.x, part.y, part.width, part.height, argb, 0, part.width);
    return profile.isPresent() ? converted(plain, profile.get(), RGB) : plain;
  }

  /** The profile that an image's own colour model brings from its file. */
  private static Optional<ICC_Profile> own(ColorSpace space) {
    boolean standard =
        space.isCS_sRGB()
            || space == ColorSpace.getInstance(ColorSpace.CS_GRAY)
            || space == ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB);
    return space instanceof ICC_ColorSpace icc && !standard
        ? Optional.of(icc.getProfile())
        : Optional.empty();
  }

  private static void requireWholeNumbers(Raster raster) throws IOException {
    int type = raster.getTransferType();
    boolean packed = raster.getNumDataElements() < raster.getNumBands();
    if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT && !packed) {
      throw new IOException("its samples are no numbers of 8 or 16 bits; save it with 8");
    }
  }

  /**
   * Of cyan, magenta, yellow and black: red is (255 − cyan) · (255 − black) / 255, and so on,
   * whatever printer they are meant for.
   *
   * @param raster with four bands, of 8 or 16 bits
   * @param inverted whether 0 is full ink, as Adobe writes JPEG files
   * @param ycck whether the first three are luminance and chrominance of the other three
   */
  static Colours inks(Raster raster, boolean inverted, boolean ycck) {
    return (part, argb) -> {
      int bands = raster.getNumBands();
      int[] samples = bytes(raster, part);
      for (int i = 0; i < argb.length; i++) {
        int at = i * bands;
        if (ycck) {
          fromLuminance(samples, at);
        }
        int black = inverted ? samples[at + 3] : 255 - samples[at + 3];
        int pixel = 0xff;
        for (int c = 0; c < RGB; c++) {
          int light = inverted ? samples[at + c] : 255 - samples[at + c];
          pixel = pixel << 8 | (light * black + 127) / 255;
        }
        argb[i] = pixel;
      }
    };
  }

  /** Cyan, magenta and yellow are 255 − red, green and blue. */
  private static void fromLuminance(int[] samples, int at) {
    double y = samples[at];
    double blue = samples[at + 1] - 128;
    double red = samples[at + 2] - 128;
    samples[at] = 255 - clamped(y + 1.402 * red);
    samples[at + 1] = 255 - clamped(y - 0.344136 * blue - 0.714136 * red);
    samples[at + 2] = 255 - clamped(y + 1.772 * blue);
  }

  private static int clamped(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }

  /** The samples of some pixels, each as 0 to 255. */
  private static int[] bytes(Raster raster, Rectangle part) {
    int left = raster.getMinX() + part.x;
    int top = raster.getMinY() + part.y;
    int[] samples = raster.getPixels(left, top, part.width, part.height, (int[]) null);
    int most = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    if (most != 255) {
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (int) Math.round(samples[i] * 255.0 / most);
      }
    }
    return samples;
  }

  private static void components(Raster raster, Rectangle part, int[] argb) {
    int bands = raster.getNumBands();
    int[] samples = bytes(raster, part);
    for (int i = 0; i < argb.length; i++) {
      int at = i * bands;
      int alpha = bands > RGB ? samples[at + RGB] : 255;
      argb[i] = alpha << 24 | samples[at] << 16 | samples[at + 1] << 8 | samples[at + 2];
    }
  }

  private static void grey(Raster raster, Rectangle part, int[] argb) {
    double toByte = 255.0 / ((1 << raster.getSampleModel().getSampleSize(0)) - 1);
    int bands = raster.getNumBands();
    int left = raster.getMinX() + part.x;
    int top = raster.getMinY() + part.y;
    int[] samples = raster.getPixels(left, top, part.width, part.height, (int[]) null);
    for (int i = 0; i < argb.length; i++) {
      double grey = samples[i * bands] * toByte;
      double alpha = bands == 2 ? samples[i * bands + 1] * toByte : 255;
      int value = (int) Math.round(255 + (grey - 255) * alpha / 255);
      argb[i] = 0xff000000 | value << 16 | value << 8 | value;
    }
  }

  /** Through a profile of one component, grey, or of three. */
  private static Colours converted(Colours plain, ICC_Profile profile, int components) {
    if (profile.getNumComponents() != components) {
      throw new IllegalArgumentException("the profile is of another kind of colours");
    }
    ICC_Profile target = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    ColorConvertOp conversion = new ColorConvertOp(new ICC_Profile[] {profile, target}, null);
    return (part, argb) -> {
      plain.read(part, argb);
      WritableRaster from = row(argb.length, components);
      WritableRaster to = row(argb.length, RGB);
      for (int i = 0; i < argb.length; i++) {
        for (int c = 0; c < components; c++) {
          from.setSample(i, 0, c, argb[i] >> 16 - 8 * c & 0xff);
        }
      }
      conversion.filter(from, to);
      for (int i = 0; i < argb.length; i++) {
        int pixel = argb[i] >>> 24;
        for (int c = 0; c < RGB; c++) {
          pixel = pixel << 8 | to.getSample(i, 0, c);
        }
        argb[i] = pixel;
      }
    };
  }

  private static WritableRaster row(int pixels, int bands) {
    return Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, pixels, 1, bands, null);
  }
}
