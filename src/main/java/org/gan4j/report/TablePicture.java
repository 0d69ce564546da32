package org.gan4j.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws a small table. */
final class TablePicture {
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
  private static final int MARGIN = 12;
  private static final int LINE = 28;

  private TablePicture() {}

  /** Rows of as many cells each, the first of them the heading, black on white. */
  static BufferedImage draw(List<List<String>> rows) {
    int[] lefts = lefts(rows);
    int width = lefts[lefts.length - 1];
    int height = rows.size() * LINE + 2 * MARGIN;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = graphics(picture);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Color.BLACK);
    for (int row = 0; row < rows.size(); row++) {
      graphics.setFont(row == 0 ? FONT.deriveFont(Font.BOLD) : FONT);
      for (int column = 0; column < rows.get(row).size(); column++) {
        int baseline = MARGIN + row * LINE + LINE * 2 / 3;
        graphics.drawString(rows.get(row).get(column), lefts[column], baseline);
      }
    }
    graphics.drawLine(MARGIN, MARGIN + LINE, width - MARGIN, MARGIN + LINE);
    graphics.dispose();
    return picture;
  }

  /** Where each column begins, and behind them the width of all. */
  private static int[] lefts(List<List<String>> rows) {
    Graphics2D graphics = graphics(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    FontMetrics metrics = graphics.getFontMetrics(FONT.deriveFont(Font.BOLD));
    int columns = rows.get(0).size();
    int[] lefts = new int[columns + 1];
    lefts[0] = MARGIN;
    for (int column = 0; column < columns; column++) {
      int widest = 0;
      for (List<String> row : rows) {
        widest = Math.max(widest, metrics.stringWidth(row.get(column)));
      }
      lefts[column + 1] = lefts[column] + widest + 2 * MARGIN;
    }
    graphics.dispose();
    return lefts;
  }

  private static Graphics2D graphics(BufferedImage picture) {
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    return graphics;
  }
}
