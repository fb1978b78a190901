package dev.graft.examples.video;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/**
 * Draws what a camera over a loading gate sees: an empty yard, or a van in it. The same seed gives the same pictures.
 */
final class DrawnYard {
    /** The classes, as a folder lists them. */
    static final List<String> CLASSES = List.of("empty", "van");

    static final int WIDTH = 320;
    static final int HEIGHT = 240;
    private static final Color[] PAINT = {
        new Color(0xD9DDE0), new Color(0x2F5D9B), new Color(0xA63A2E), new Color(0x3E6B4F), new Color(0xC9A13B)
    };

    private DrawnYard() {}

    /** Writes {@code train/CLASS} and {@code val/CLASS} with PNG files. */
    static void writePictures(Path root, int train, int validation, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (String split : List.of("train", "val")) {
            for (int c = 0; c < CLASSES.size(); c++) {
                Path folder = Files.createDirectories(root.resolve(split).resolve(CLASSES.get(c)));
                for (int i = 0; i < (split.equals("train") ? train : validation); i++) {
                    double place = c == 0 ? Double.NaN : random.nextDouble(-0.05, 0.55);
                    Path file = folder.resolve("%03d.png".formatted(i));
                    ImageIO.write(picture(random.nextLong(), place, random.nextDouble()), "png", file.toFile());
                }
            }
        }
    }

    /**
     * Writes a video in which the yard is empty and holds a van by turns, each for {@code turnSeconds}. The van drives in and out in the
     * last fifth of a second of each turn.
     */
    static void writeVideo(Path file, int turns, double turnSeconds, double rate, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        long[] vans = random.longs(turns).toArray();
        int frames = (int) Math.round(turns * turnSeconds * rate);
        try (VideoOutput video = new VideoOutput(file, WIDTH, HEIGHT, rate)) {
            for (int i = 0; i < frames; i++) {
                int turn = (int) (i / (turnSeconds * rate));
                double into = i / rate - turn * turnSeconds;
                double light = 0.5 + 0.3 * Math.sin(i / rate);
                video.add(picture(vans[turn], place(turn, into, turnSeconds), light), Math.round(1e6 * i / rate));
            }
        }
    }

    /** Where the left end of the van is, in widths of the picture; not a number for no van. */
    private static double place(int turn, double into, double turnSeconds) {
        if (turn % 2 == 0) return Double.NaN;
        double drive = 0.2;
        double in = Math.max(0, 1 - into / drive);
        double out = Math.max(0, 1 - (turnSeconds - into) / drive);
        return 0.3 + in - out;
    }

    /**
     * A picture.
     *
     * @param seed of the van and the noise
     * @param place of the van's left end in widths of the picture; not a number for none
     * @param light 0..1
     * @return of type 3BYTE_BGR
     */
    static BufferedImage picture(long seed, double place, double light) {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        yard(g);
        if (!Double.isNaN(place)) van(g, place * WIDTH, PAINT[random.nextInt(PAINT.length)], random);
        g.dispose();
        expose(image, 0.75 + 0.4 * light, random);
        return image;
    }

    private static void yard(Graphics2D g) {
        g.setPaint(new GradientPaint(0, 0, new Color(0x9C8F80), 0, 130, new Color(0xB5A899)));
        g.fill(new Rectangle2D.Double(0, 0, WIDTH, 140));
        g.setColor(new Color(0x83776A));
        for (int y = 14; y < 140; y += 14) g.drawLine(0, y, WIDTH, y);
        for (int y = 0, row = 0; y < 140; y += 14, row++)
            for (int x = row % 2 * 15; x < WIDTH; x += 30) g.drawLine(x, y, x, y + 14);
        g.setColor(new Color(0x5E6B75)); // the gate
        g.fill(new Rectangle2D.Double(95, 38, 130, 102));
        g.setColor(new Color(0x4B565E));
        for (int y = 48; y < 140; y += 11) g.drawLine(95, y, 225, y);
        g.setPaint(new GradientPaint(0, 140, new Color(0x77787A), 0, HEIGHT, new Color(0x939496)));
        g.fill(new Rectangle2D.Double(0, 140, WIDTH, HEIGHT - 140));
        g.setColor(new Color(0xD8C25A));
        g.setStroke(new BasicStroke(4));
        g.drawLine(75, 140, 25, HEIGHT);
        g.drawLine(245, 140, 295, HEIGHT);
    }

    private static void van(Graphics2D g, double x, Color paint, RandomGenerator random) {
        double size = random.nextDouble(0.9, 1.15);
        g.translate(x, 205);
        g.scale(size, size);
        g.setColor(new Color(0, 0, 0, 70));
        g.fill(new Ellipse2D.Double(-6, -8, 172, 20));
        g.setColor(paint);
        g.fill(new RoundRectangle2D.Double(0, -92, 112, 88, 12, 12));
        Path2D cab = new Path2D.Double();
        cab.moveTo(108, -80);
        cab.lineTo(132, -80);
        cab.lineTo(152, -46);
        cab.lineTo(160, -40);
        cab.lineTo(160, -4);
        cab.lineTo(108, -4);
        cab.closePath();
        g.fill(cab);
        g.setColor(new Color(0x24313B));
        Path2D window = new Path2D.Double();
        window.moveTo(114, -74);
        window.lineTo(129, -74);
        window.lineTo(145, -46);
        window.lineTo(114, -46);
        window.closePath();
        g.fill(window);
        g.setColor(paint.darker());
        g.fill(new Rectangle2D.Double(0, -20, 160, 5));
        for (double wheel : new double[] {28, 130}) {
            g.setColor(new Color(0x1B1B1D));
            g.fill(new Ellipse2D.Double(wheel - 16, -20, 32, 32));
            g.setColor(new Color(0x9AA0A6));
            g.fill(new Ellipse2D.Double(wheel - 7, -11, 14, 14));
        }
    }

    private static void expose(BufferedImage image, double gain, RandomGenerator random) {
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < bgr.length; i++) {
            double value = gain * (bgr[i] & 0xFF) + random.nextInt(-5, 6);
            bgr[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
    }
}
