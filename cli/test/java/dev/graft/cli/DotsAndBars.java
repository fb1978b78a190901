package dev.graft.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Pictures of two classes, dots and bars, drawn from a seed. */
final class DotsAndBars {
    private static final int SIDE = 64;

    private DotsAndBars() {}

    /** Draws {@code train/CLASS/N.png} and {@code val/CLASS/N.png}. */
    static Path draw(Path folder, int train, int validation) throws IOException {
        for (String kind : new String[] {"bar", "dot"}) {
            draw(folder.resolve("train").resolve(kind), kind, train, 1);
            draw(folder.resolve("val").resolve(kind), kind, validation, 2);
        }
        return folder;
    }

    private static void draw(Path folder, String kind, int count, long seed) throws IOException {
        Files.createDirectories(folder);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            Graphics2D g = picture.createGraphics();
            g.setColor(new Color(random.nextInt(0x1000000)));
            int x = random.nextInt(SIDE / 2);
            int y = random.nextInt(SIDE / 2);
            if (kind.equals("dot")) g.fillOval(x, y, SIDE / 3, SIDE / 3);
            else g.fillRect(x, 0, SIDE / 8, SIDE);
            g.dispose();
            ImageIO.write(picture, "png", folder.resolve(i + ".png").toFile());
        }
    }
}
