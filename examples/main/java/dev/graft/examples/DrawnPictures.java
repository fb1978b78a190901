package dev.graft.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws cats and dogs into a folder, so that an example needs no download.
 *
 * <p>The two differ by shape only: coats, places, poses, sizes and light come from the same chances. The same seed gives
 * the same files.
 */
public final class DrawnPictures {
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
        Brush brush = new Brush(graphics, random);
        Scene scene = new Scene(brush, picture.getWidth(), picture.getHeight(), random);
        scene.drawBackground();
        scene.drawClutter(3);
        place(animal, brush, picture.getWidth(), picture.getHeight(), random);
        scene.drawClutter(1);
        graphics.dispose();
        Photograph.expose(picture, random);
        return Photograph.develop(picture, random);
    }

    private static void place(Animal animal, Brush brush, int width, int height, RandomGenerator random) {
        DrawnAnimal.Pose pose = pose(random);
        Rectangle2D box = pose.box;
        double fit = Math.min(width / box.getWidth(), height / box.getHeight());
        double unit = fit * random.nextDouble(0.78, 1.05);
        boolean mirrored = random.nextBoolean();
        double x = width * random.nextDouble(0.38, 0.62) - unit * (mirrored ? -1 : 1) * box.getCenterX();
        double y = height * random.nextDouble(0.44, 0.6) - unit * box.getCenterY();
        Brush at = brush.at(x, y, unit, mirrored, 0);
        if (pose != DrawnAnimal.Pose.PORTRAIT)
            at.flat(
                    Brush.oval(box.getCenterX(), box.getMaxY() - 0.2, box.getWidth() * 0.42, 0.28),
                    new Color(20, 15, 10, 90));
        new DrawnAnimal(animal, at, Coat.pick(random), random).draw(pose);
    }

    private static DrawnAnimal.Pose pose(RandomGenerator random) {
        double chance = random.nextDouble();
        if (chance < 0.4) return DrawnAnimal.Pose.PORTRAIT;
        if (chance < 0.8) return DrawnAnimal.Pose.SITTING;
        return chance < 0.9 ? DrawnAnimal.Pose.STANDING : DrawnAnimal.Pose.LYING;
    }
}
