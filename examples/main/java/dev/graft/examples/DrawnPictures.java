package dev.graft.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Draws cats and dogs into a folder, so that an example needs no download.
 *
 * <p>The two differ by shape, and dogs are shaggier: colours, places, poses, sizes and light come from the same
 * chances. The same seed gives the same files.
 */
public final class DrawnPictures {
    /** The classes of what is drawn, as a folder lists them. */
    static final List<String> CLASSES =
            Stream.of(Animal.values()).map(Animal::folder).toList();

    private DrawnPictures() {}

    /**
     * Writes {@code train/cat}, {@code train/dog}, {@code val/cat} and {@code val/dog} with JPEG files 000.jpg, 001.jpg, ...
     *
     * @param train how many pictures to train on, half of each class; an even number
     * @param validation how many to validate with, likewise
     */
    public static void write(Path root, int train, int validation, long seed) throws IOException {
        writeSplit(root.resolve("train"), train, new SplittableRandom(seed));
        writeSplit(root.resolve("val"), validation, new SplittableRandom(~seed));
    }

    /**
     * Writes pictures that {@link #write} gives no one to train on, named for what they show: {@code unseen-1-dog.jpg}.
     *
     * @return the files, in order
     */
    public static List<Path> writeUnseen(Path folder, int count, long seed) throws IOException {
        Files.createDirectories(folder);
        SplittableRandom seeds = new SplittableRandom(seed ^ 0x756E7365656EL);
        List<Path> files = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            SplittableRandom random = seeds.split();
            Animal animal = random.nextBoolean() ? Animal.CAT : Animal.DOG;
            files.add(
                    Files.write(folder.resolve("unseen-" + i + "-" + animal.folder() + ".jpg"), jpeg(animal, random)));
        }
        return List.copyOf(files);
    }

    private static void writeSplit(Path folder, int count, SplittableRandom seeds) throws IOException {
        if (count < 2 || count % 2 != 0)
            throw new IllegalArgumentException("pictures for " + folder.getFileName()
                    + " must be an even number, 2 or more (half cats, half dogs), was " + count);
        for (Animal animal : Animal.values()) {
            Path classFolder = Files.createDirectories(folder.resolve(animal.folder()));
            for (int i = 0; i < count / 2; i++)
                Files.write(classFolder.resolve("%03d.jpg".formatted(i)), jpeg(animal, seeds.split()));
        }
    }

    private static byte[] jpeg(Animal animal, RandomGenerator random) throws IOException {
        BufferedImage picture =
                new BufferedImage(random.nextInt(300, 501), random.nextInt(300, 451), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        drawScene(picture, graphics, random);
        place(animal, new Brush(graphics, random, animal.hair), picture.getWidth(), picture.getHeight(), random);
        graphics.dispose();
        Photograph.expose(picture, random);
        return Photograph.develop(picture, random);
    }

    /** Out of focus, as behind an animal near the camera: drawn small and enlarged. */
    private static void drawScene(BufferedImage picture, Graphics2D graphics, RandomGenerator random) {
        double blur = random.nextDouble(4, 9);
        int width = (int) Math.ceil(picture.getWidth() / blur);
        int height = (int) Math.ceil(picture.getHeight() / blur);
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D smallGraphics = small.createGraphics();
        Brush brush = new Brush(smallGraphics, random, 1).at(0, 0, 1 / blur, false, 0);
        new Scene(brush, width * blur, height * blur, random).draw();
        smallGraphics.dispose();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(small, 0, 0, (int) Math.ceil(width * blur), (int) Math.ceil(height * blur), null);
    }

    private static void place(Animal animal, Brush brush, int width, int height, RandomGenerator random) {
        DrawnAnimal.Pose pose = pose(random);
        Rectangle2D box = pose.box;
        double fit = Math.min(width / box.getWidth(), height / box.getHeight());
        double unit = fit * random.nextDouble(0.8, 1.15);
        boolean mirrored = random.nextBoolean();
        double x = width * random.nextDouble(0.3, 0.7) - unit * (mirrored ? -1 : 1) * box.getCenterX();
        double y = height * random.nextDouble(0.38, 0.66) - unit * box.getCenterY();
        Brush at = brush.at(x, y, unit, mirrored, 0);
        if (pose != DrawnAnimal.Pose.PORTRAIT)
            at.flat(
                    Brush.oval(box.getCenterX(), box.getMaxY() - 0.2, box.getWidth() * 0.42, 0.28),
                    new Color(20, 15, 10, 90));
        new DrawnAnimal(animal, at, Coat.pick(random), random).draw(pose);
    }

    private static DrawnAnimal.Pose pose(RandomGenerator random) {
        double chance = random.nextDouble();
        if (chance < 0.6) return DrawnAnimal.Pose.PORTRAIT;
        if (chance < 0.92) return DrawnAnimal.Pose.SITTING;
        return chance < 0.96 ? DrawnAnimal.Pose.STANDING : DrawnAnimal.Pose.LYING;
    }
}
