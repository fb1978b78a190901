package dev.graft.study;

import dev.graft.model.HashState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Pictures that are light or dark, with a little noise. */
final class TwoColours {
    private TwoColours() {}

    static void draw(Path file, boolean light, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage picture = new BufferedImage(HashState.SIZE, HashState.SIZE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HashState.SIZE; y++)
            for (int x = 0; x < HashState.SIZE; x++) {
                int grey = (light ? 200 : 30) + random.nextInt(20);
                picture.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        ImageIO.write(picture, "png", file.toFile());
    }
}
