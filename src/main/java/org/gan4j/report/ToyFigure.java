package org.gan4j.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.gan4j.theory.Snapshot;

/**
 * Draws the paper's Figure 1: p_data dotted black, p_g green, D dashed blue; below them, arrows
 * from z on the lower line to G(z) on the upper one.
 */
public final class ToyFigure {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 330;
  private static final int MARGIN = 14;
  private static final int TOP = 34;
  private static final int X_LINE = 235;
  private static final int Z_LINE = 305;
  private static final int ARROW_HEAD = 5;

  private static final Color GREEN = new Color(0x1a9641);
  private static final Color BLUE = new Color(0x2b5fd9);
  private static final BasicStroke SOLID = new BasicStroke(1.8f);
  private static final BasicStroke THIN = new BasicStroke(0.8f);

  private ToyFigure() {}

  /**
   * Panels side by side.
   *
   * @param snapshots at least one
   * @return an RGB picture
   */
  public static BufferedImage panels(List<Snapshot> snapshots) {
    BufferedImage page =
        new BufferedImage(WIDTH * snapshots.size(), HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, page.getWidth(), HEIGHT);
    for (Snapshot snapshot : snapshots) {
      panel(graphics, snapshot);
      graphics.translate(WIDTH, 0);
    }
    graphics.dispose();
    return page;
  }

  private static void panel(Graphics2D graphics, Snapshot snapshot) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    graphics.setColor(Color.BLACK);
    graphics.drawString(snapshot.caption(), MARGIN, 18);
    double top = 1.6 * max(snapshot.data());
    graphics.setClip(0, TOP - 4, WIDTH, X_LINE - TOP + 5);
    graphics.setColor(GREEN);
    graphics.setStroke(SOLID);
    graphics.draw(curve(snapshot, snapshot.generated(), top));
    graphics.setColor(Color.BLACK);
    graphics.setStroke(dashes(1.5f, 4));
    graphics.draw(curve(snapshot, snapshot.data(), top));
    graphics.setColor(BLUE);
    graphics.setStroke(dashes(6, 4));
    // D is a probability: its 1 is a little below the top.
    graphics.draw(curve(snapshot, snapshot.discriminator(), 1.05));
    graphics.setClip(null);
    arrows(graphics, snapshot);
  }

  private static BasicStroke dashes(float on, float off) {
    float[] pattern = {on, off};
    return new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, pattern, 0);
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static Path2D curve(Snapshot snapshot, double[] y, double top) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < y.length; i++) {
      double across = place(snapshot, snapshot.x()[i]);
      double up = X_LINE - Math.min(y[i] / top, 2) * (X_LINE - TOP);
      if (i == 0) {
        path.moveTo(across, up);
      } else {
        path.lineTo(across, up);
      }
    }
    return path;
  }

  private static double place(Snapshot snapshot, double x) {
    double low = snapshot.x()[0];
    double high = snapshot.x()[snapshot.x().length - 1];
    return MARGIN + (x - low) / (high - low) * (WIDTH - 2 * MARGIN);
  }

  private static void arrows(Graphics2D graphics, Snapshot snapshot) {
    graphics.setColor(Color.BLACK);
    graphics.setStroke(THIN);
    for (int line : new int[] {X_LINE, Z_LINE}) {
      graphics.draw(new Line2D.Double(MARGIN, line, WIDTH - MARGIN, line));
    }
    graphics.setFont(new Font(Font.SANS_SERIF, Font.ITALIC, 12));
    graphics.drawString("x", 3, X_LINE + 4);
    graphics.drawString("z", 3, Z_LINE + 4);
    double[] z = snapshot.z();
    double reach = Math.max(Math.abs(z[0]), z[z.length - 1]);
    for (int i = 0; i < z.length; i++) {
      double from = WIDTH / 2.0 + z[i] / reach * (WIDTH / 2.0 - 3 * MARGIN);
      double to = place(snapshot, snapshot.images()[i]);
      if (to >= MARGIN && to <= WIDTH - MARGIN) {
        arrow(graphics, from, to);
      }
    }
  }

  private static void arrow(Graphics2D graphics, double from, double to) {
    graphics.draw(new Line2D.Double(from, Z_LINE, to, X_LINE));
    double angle = Math.atan2(X_LINE - Z_LINE, to - from);
    for (double side : new double[] {-0.4, 0.4}) {
      double x = to - ARROW_HEAD * Math.cos(angle + side);
      double y = X_LINE - ARROW_HEAD * Math.sin(angle + side);
      graphics.draw(new Line2D.Double(to, X_LINE, x, y));
    }
  }
}
