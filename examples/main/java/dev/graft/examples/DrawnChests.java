package dev.graft.examples;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Draws grey pictures of 16 bits that look a little like X-rays of a chest, into folders: {@code clear} ones, and fewer with a
 * {@code nodule}, a faint round spot in a lung. Every second one is a PNG, the others are TIFF.
 *
 * <p>As with real detectors, the tissue uses a small part of the 65,536 levels, exposures differ, and a lead marker is far
 * brighter than the rest. The same seed gives the same pixels.
 */
final class DrawnChests {
    static final String CLEAR = "clear";
    static final String NODULE = "nodule";

    private static final int SIDE = 256;
    private static final int MARKER = 60_000;
    private static final double GREATEST = 65_535;

    private final SplittableRandom random;
    private final double[] opacity = new double[SIDE * SIDE];

    private DrawnChests(SplittableRandom random) {
        this.random = random;
    }

    /** The number of pictures of a split. */
    record Counts(int clear, int nodule) {
        int all() {
            return clear + nodule;
        }
    }

    /** Writes {@code train}, {@code val} and {@code test}, each with two folders. */
    static void write(Path root, Counts train, Counts validation, Counts test, long seed) throws IOException {
        SplittableRandom seeds = new SplittableRandom(seed);
        write(root.resolve("train"), train, seeds.split());
        write(root.resolve("val"), validation, seeds.split());
        write(root.resolve("test"), test, seeds.split());
    }

    private static void write(Path split, Counts counts, SplittableRandom seeds) throws IOException {
        write(split.resolve(CLEAR), counts.clear(), false, seeds);
        write(split.resolve(NODULE), counts.nodule(), true, seeds);
    }

    private static void write(Path folder, int count, boolean nodule, SplittableRandom seeds) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            String format = i % 2 == 0 ? "png" : "tif";
            Path file = folder.resolve("%03d.%s".formatted(i, format));
            if (!ImageIO.write(
                    new DrawnChests(seeds.split()).draw(nodule), format.equals("tif") ? "tiff" : format, file.toFile()))
                throw new IOException(file + ": this Java cannot write " + format);
        }
    }

    private BufferedImage draw(boolean nodule) {
        double middle = 128 + between(-8, 8);
        double[] lungs = {middle - between(46, 54), middle + between(46, 54)};
        double high = between(112, 124);
        double wide = between(34, 40);
        double tall = between(76, 88);
        add(1, ellipse(middle, 150, 118, 140, 14)); // the body
        for (double lung : lungs) add(-0.6, ellipse(lung, high, wide, tall, 7));
        add(0.35, ellipse(middle + between(8, 22), high + 52, between(36, 46), between(32, 42), 9)); // the heart
        add(0.3, (x, y) -> Math.exp(-square((x - middle) / 11))); // the spine
        double distance = between(20, 24);
        for (double rib = between(20, 30); rib < 230; rib += distance) addRib(middle, rib);
        for (int i = 0; i < 14; i++) addVessel(lungs[i % 2], high, middle);
        if (nodule) addNodule(lungs[random.nextInt(2)], high, wide, tall);
        return exposed();
    }

    /** How much of something is at a place, 0..1. */
    private interface Shape {
        double at(double x, double y);
    }

    private static Shape ellipse(double left, double top, double wide, double tall, double sharpness) {
        return (x, y) -> 1 / (1 + Math.exp(sharpness * (Math.hypot((x - left) / wide, (y - top) / tall) - 1)));
    }

    private void add(double density, Shape shape) {
        for (int y = 0; y < SIDE; y++) for (int x = 0; x < SIDE; x++) opacity[y * SIDE + x] += density * shape.at(x, y);
    }

    private void addRib(double middle, double top) {
        double slope = between(0.25, 0.4);
        double density = between(0.05, 0.1);
        add(density, (x, y) -> {
            double across = Math.abs(x - middle);
            double line = top + slope * across - square(across) / 260;
            return Math.exp(-square((y - line) / 3.2)) * Math.min(1, across / 20);
        });
    }

    /** A line from the middle into a lung; all pictures have them, as the nodule is not the only thing in a lung. */
    private void addVessel(double lung, double high, double middle) {
        double fromX = middle + (lung - middle) * 0.5;
        double toX = lung + between(-24, 24);
        double toY = high + between(-60, 60);
        double width = between(0.9, 1.8);
        add(between(0.04, 0.1), (x, y) -> {
            double dx = toX - fromX;
            double dy = toY - high;
            double along = Math.max(0, Math.min(1, ((x - fromX) * dx + (y - high) * dy) / (dx * dx + dy * dy)));
            double off = Math.hypot(x - fromX - along * dx, y - high - along * dy);
            return (1 - 0.6 * along) * Math.exp(-square(off / width));
        });
    }

    private void addNodule(double lung, double high, double wide, double tall) {
        double angle = between(0, 2 * Math.PI);
        double out = Math.sqrt(between(0, 0.3));
        double size = between(11, 20);
        double x = lung + out * wide * Math.cos(angle);
        double y = high + out * tall * Math.sin(angle);
        add(between(0.4, 0.7), ellipse(x, y, size, size * between(0.8, 1.2), 6));
    }

    /** Exposure, noise of the detector, and a marker in a corner. */
    private BufferedImage exposed() {
        double dark = between(400, 900);
        double gain = between(1500, 2600);
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
        WritableRaster pixels = picture.getRaster();
        int marker = random.nextInt(6, 20);
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                double value = dark + gain * (opacity[y * SIDE + x] + 0.02 * random.nextGaussian());
                boolean lead = x >= marker && x < marker + 3 && y >= 10 && y < 26
                        || x >= marker && x < marker + 10 && y >= 23 && y < 26;
                pixels.setSample(x, y, 0, lead ? MARKER : (int) Math.max(0, Math.min(GREATEST, value)));
            }
        return picture;
    }

    private double between(double least, double most) {
        return random.nextDouble(least, most);
    }

    private static double square(double x) {
        return x * x;
    }
}
