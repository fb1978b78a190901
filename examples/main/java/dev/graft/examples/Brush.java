package dev.graft.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Paints shapes flat, shaded or furry on a picture, in whatever unit its transform sets. */
final class Brush {
    private static final Color SHADE = new Color(0x1A1410);
    private static final Color SHINE = new Color(0xFFF6E6);
    private static final int HAIR_TONES = 6;

    private final Graphics2D graphics;
    private final RandomGenerator random;
    private final double hair;

    /** @param hair how long hairs are, 1 as asked */
    Brush(Graphics2D graphics, RandomGenerator random, double hair) {
        this.graphics = graphics;
        this.random = random;
        this.hair = hair;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /** A brush on the same picture whose unit is {@code unit} pixels of this one, with its origin at x, y. */
    Brush at(double x, double y, double unit, boolean mirrored, double tilt) {
        Graphics2D moved = (Graphics2D) graphics.create();
        moved.translate(x, y);
        moved.scale(mirrored ? -unit : unit, unit);
        moved.rotate(tilt);
        return new Brush(moved, random, hair);
    }

    /** A brush that paints only inside the shape. */
    Brush inside(Shape shape) {
        Graphics2D clipped = (Graphics2D) graphics.create();
        clipped.clip(shape);
        return new Brush(clipped, random, hair);
    }

    void flat(Shape shape, Color color) {
        graphics.setColor(color);
        graphics.fill(shape);
    }

    /** Lit from above: brighter at the top, darker below. */
    void shaded(Shape shape, Color color) {
        Rectangle2D box = shape.getBounds2D();
        graphics.setPaint(new LinearGradientPaint(
                new Point2D.Double(box.getX(), box.getY()),
                new Point2D.Double(box.getX() + 0.2 * box.getWidth(), box.getMaxY() + 1e-3),
                new float[] {0, 0.45f, 1},
                new Color[] {Coat.mix(color, SHINE, 0.18), color, Coat.mix(color, SHADE, 0.3)}));
        graphics.fill(shape);
    }

    /** Shaded, with hairs of about the length given that also fray the edge. */
    void furry(Shape shape, Color color, double typicalLength) {
        double length = hair * typicalLength;
        shaded(shape, color);
        Path2D.Double[] tones = hairs(shape, length);
        graphics.setStroke(new BasicStroke((float) (0.11 * length)));
        for (int i = 0; i < tones.length; i++) {
            boolean bright = i < tones.length / 2;
            double share = 0.1 + 0.2 * (i % (tones.length / 2)) / (tones.length / 2.0);
            graphics.setColor(Coat.mix(color, bright ? SHINE : SHADE, share));
            graphics.draw(tones[i]);
        }
    }

    /** Hairs in a few tones, the bright ones rather at the top; one path for each tone draws much faster than many lines. */
    private Path2D.Double[] hairs(Shape shape, double length) {
        Path2D.Double[] tones = new Path2D.Double[HAIR_TONES];
        for (int i = 0; i < tones.length; i++) tones[i] = new Path2D.Double();
        Rectangle2D box = shape.getBounds2D();
        int count = (int) Math.min(500, 30 + 2.6 * box.getWidth() * box.getHeight() / (length * length));
        for (int i = 0; i < count; i++) {
            double x = random.nextDouble(box.getMinX(), box.getMaxX());
            double y = random.nextDouble(box.getMinY(), box.getMaxY());
            if (!shape.contains(x, y)) continue;
            double depth = (y - box.getMinY()) / box.getHeight();
            int half = HAIR_TONES / 2;
            int tone = random.nextInt(half) + (random.nextDouble() < 0.75 - 0.5 * depth ? 0 : half);
            double fromCentre = (x - box.getCenterX()) / box.getWidth();
            tones[tone].moveTo(x, y);
            tones[tone].lineTo(x + length * (fromCentre + random.nextDouble(-0.3, 0.3)), y + 0.9 * length);
        }
        return tones;
    }

    /** A round-ended line through a curve's control points: start, bend, bend, end. */
    void curve(double[] xy, double width, Color color) {
        Path2D.Double path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        path.curveTo(xy[2], xy[3], xy[4], xy[5], xy[6], xy[7]);
        line(path, width, color);
    }

    void line(Shape path, double width, Color color) {
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(color);
        graphics.draw(path);
    }

    /** A line as wide as a limb, with hairs. */
    void limb(double[] xy, double width, Color color) {
        Path2D.Double path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        path.curveTo(xy[2], xy[3], xy[4], xy[5], xy[6], xy[7]);
        Shape outline =
                new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND).createStrokedShape(path);
        furry(outline, color, 0.14);
    }

    static Ellipse2D.Double oval(double x, double y, double radiusX, double radiusY) {
        return new Ellipse2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY);
    }

    /** A closed shape with rounded sides through the points: x, y, and then bend x, bend y, x, y for each side. */
    static Path2D.Double blob(double... xy) {
        Path2D.Double path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i + 3 < xy.length; i += 4) path.quadTo(xy[i], xy[i + 1], xy[i + 2], xy[i + 3]);
        path.closePath();
        return path;
    }
}
