package dev.graft.examples.shopfloor;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.QuadCurve2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/** Draws what a camera over a belt sees: flanges of steel, with and without faults. The same seed gives the same pictures. */
final class DrawnParts {
    /** What is drawn. */
    enum Kind {
        GOOD,
        SCRATCH,
        DENT,
        /** A part that the station was not trained for. */
        GEAR;

        /** The name of its class. */
        String folder() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the station stands. */
    enum Station {
        AS_TRAINED(0, 0, 1, 1),
        LAMP_DIMMED(0, 0, 1, 0.75),
        CAMERA_MOVED(16, 0.06, 1.12, 1);

        private final double shift;
        private final double turn;
        private final double zoom;
        private final double light;

        Station(double shift, double turn, double zoom, double light) {
            this.shift = shift;
            this.turn = turn;
            this.zoom = zoom;
            this.light = light;
        }
    }

    /** The classes to train with. */
    static final List<Kind> KNOWN = List.of(Kind.DENT, Kind.GOOD, Kind.SCRATCH);

    private static final int SIDE = 224;
    private static final int BOLTS = 6;

    private DrawnParts() {}

    /** Writes {@code CLASS/000.png} and on for each of the kinds; returns the files. */
    static List<Path> write(Path folder, List<Kind> kinds, int each, Station station, long seed) throws IOException {
        SplittableRandom seeds = new SplittableRandom(seed);
        List<Path> files = new ArrayList<>();
        for (Kind kind : kinds) {
            Path of = Files.createDirectories(folder.resolve(kind.folder()));
            for (int i = 0; i < each; i++) {
                Path file = of.resolve("%03d.png".formatted(i));
                ImageIO.write(picture(kind, station, seeds.split()), "png", file.toFile());
                files.add(file);
            }
        }
        return files;
    }

    /** A picture. */
    static BufferedImage picture(Kind kind, Station station, RandomGenerator random) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setPaint(new GradientPaint(0, 0, new Color(0x3E4A45), SIDE, SIDE, new Color(0x2F3A36)));
        g.fillRect(0, 0, SIDE, SIDE);
        g.translate(SIDE / 2.0 + station.shift, SIDE / 2.0 - station.shift / 2);
        g.rotate(station.turn);
        g.scale(station.zoom, station.zoom);
        belt(g);
        g.translate(random.nextDouble(-8, 8), random.nextDouble(-8, 8));
        g.rotate(random.nextDouble(2 * Math.PI));
        Shape part = kind == Kind.GEAR ? gear() : flange();
        metal(g, part, random);
        if (kind == Kind.SCRATCH) scratch(g, part, random);
        if (kind == Kind.DENT) dent(g, part, random);
        g.dispose();
        expose(image, station.light * random.nextDouble(0.95, 1.05), random);
        return image;
    }

    private static void belt(Graphics2D g) {
        g.setColor(new Color(0x36413D));
        for (int y = -160; y < 160; y += 20) g.fill(new Rectangle2D.Double(-200, y, 400, 9));
    }

    private static Shape flange() {
        Area part = new Area(circle(0, 0, 78));
        part.subtract(new Area(circle(0, 0, 26)));
        for (int i = 0; i < BOLTS; i++) {
            double angle = 2 * Math.PI * i / BOLTS;
            part.subtract(new Area(circle(56 * Math.cos(angle), 56 * Math.sin(angle), 8)));
        }
        return part;
    }

    private static Shape gear() {
        Area part = new Area(circle(0, 0, 58));
        for (int i = 0; i < 14; i++) {
            Shape tooth = new Rectangle2D.Double(50, -8, 28, 16);
            part.add(new Area(
                    AffineTransform.getRotateInstance(2 * Math.PI * i / 14).createTransformedShape(tooth)));
        }
        part.subtract(new Area(circle(0, 0, 14)));
        part.subtract(new Area(new Rectangle2D.Double(-4, -22, 8, 22)));
        return part;
    }

    private static Ellipse2D circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static void metal(Graphics2D g, Shape part, RandomGenerator random) {
        Graphics2D shadow = (Graphics2D) g.create();
        shadow.translate(4, 5);
        shadow.setColor(new Color(0, 0, 0, 90));
        shadow.fill(part);
        shadow.dispose();
        g.setPaint(new GradientPaint(-80, -80, new Color(0xC7CCD1), 80, 80, new Color(0x8E969D)));
        g.fill(part);
        Graphics2D turned = (Graphics2D) g.create(); // traces of the lathe
        turned.clip(part);
        turned.setStroke(new BasicStroke(0.7f));
        for (double r = 15; r < 80; r += random.nextDouble(2, 4)) {
            turned.setColor(new Color(random.nextBoolean() ? 0xFFFFFF : 0x5E666C));
            turned.setComposite(AlphaComposite.SrcOver.derive(0.12f));
            turned.draw(circle(0, 0, r));
        }
        turned.dispose();
        g.setColor(new Color(0x6E767C));
        g.setStroke(new BasicStroke(1.5f));
        g.draw(part);
    }

    private static void scratch(Graphics2D g, Shape part, RandomGenerator random) {
        Graphics2D on = (Graphics2D) g.create();
        on.clip(part);
        double x = random.nextDouble(34, 50);
        double bend = random.nextDouble(-12, 12);
        QuadCurve2D line = new QuadCurve2D.Double(x, -60, x + bend, 0, x + random.nextDouble(-10, 10), 60);
        on.setStroke(new BasicStroke(5.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        on.setColor(new Color(0x3A3F44));
        on.draw(line);
        on.translate(1.6, 0);
        on.setStroke(new BasicStroke(2.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        on.setColor(new Color(0xF4F7F9));
        on.draw(line);
        on.dispose();
    }

    private static void dent(Graphics2D g, Shape part, RandomGenerator random) {
        Graphics2D on = (Graphics2D) g.create();
        on.clip(part);
        double angle = random.nextDouble(2 * Math.PI);
        on.translate(48 * Math.cos(angle), 48 * Math.sin(angle));
        float radius = (float) random.nextDouble(17, 23);
        on.setPaint(new RadialGradientPaint(-3, -3, radius, new float[] {0, 0.7f, 1}, new Color[] {
            new Color(0x23282C), new Color(0x4C5358), new Color(0x8E, 0x96, 0x9D, 0)
        }));
        on.fill(circle(0, 0, radius));
        Path2D rim = new Path2D.Double();
        rim.moveTo(radius * 0.75, -radius * 0.3);
        rim.quadTo(radius * 0.8, radius * 0.6, -radius * 0.2, radius * 0.78);
        on.setColor(new Color(0xEEF1F3));
        on.setStroke(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        on.draw(rim);
        on.dispose();
    }

    private static void expose(BufferedImage image, double gain, RandomGenerator random) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int rgb = image.getRGB(x, y);
                int noise = random.nextInt(-6, 7);
                int out = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    long value = Math.round(gain * ((rgb >> shift) & 0xFF)) + noise;
                    out |= (int) Math.max(0, Math.min(255, value)) << shift;
                }
                image.setRGB(x, y, out);
            }
        }
    }
}
