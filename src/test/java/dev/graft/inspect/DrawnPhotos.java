package dev.graft.inspect;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Smooth pictures of random waves, which differ as photographs do, and copies of them. */
final class DrawnPhotos {
    private static final int WAVES = 40;

    private DrawnPhotos() {}

    /**
     * Draws a picture.
     *
     * @param cut the part of width and height that is cut off on each side
     * @param tone changes a brightness of 0..1
     */
    static BufferedImage photo(int seed, int width, int height, double cut, DoubleUnaryOperator tone) {
        Random random = new Random(seed);
        double[][] waves = new double[WAVES][];
        for (int i = 0; i < WAVES; i++)
            waves[i] = new double[] {
                random.nextGaussian() * 3, random.nextGaussian() * 3, random.nextDouble() * 7, random.nextInt(3)
            };
        // The sine of a sum, from the sines and cosines of its parts: one each for a column and a row.
        double[][] across = new double[2 * WAVES][width];
        for (int i = 0; i < WAVES; i++)
            for (int x = 0; x < width; x++) {
                double angle = Math.PI * waves[i][0] * (cut + (1 - 2 * cut) * (x + 0.5) / width);
                across[2 * i][x] = Math.sin(angle);
                across[2 * i + 1][x] = Math.cos(angle);
            }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        double[] down = new double[2 * WAVES];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < WAVES; i++) {
                double v = cut + (1 - 2 * cut) * (y + 0.5) / height;
                down[2 * i] = Math.cos(Math.PI * waves[i][1] * v + waves[i][2]);
                down[2 * i + 1] = Math.sin(Math.PI * waves[i][1] * v + waves[i][2]);
            }
            for (int x = 0; x < width; x++) {
                double[] own = {0, 0, 0};
                for (int i = 0; i < WAVES; i++)
                    own[(int) waves[i][3]] += across[2 * i][x] * down[2 * i] + across[2 * i + 1][x] * down[2 * i + 1];
                double half = (own[0] + own[1] + own[2]) / 2; // a wave is half as strong in the other channels
                double[] rgb = {half + own[0] / 2, half + own[1] / 2, half + own[2] / 2};
                int pixel = 0;
                for (double c : rgb) {
                    double toned = tone.applyAsDouble(0.5 + c / 16);
                    pixel = pixel << 8 | (int) Math.max(0, Math.min(255, 255 * toned));
                }
                image.setRGB(x, y, pixel);
            }
        }
        return image;
    }

    static BufferedImage photo(int seed) {
        return photo(seed, 120, 90, 0, v -> v);
    }

    /** @param quality of JPEG, 0..1 */
    static Path jpeg(Path file, BufferedImage image, float quality) throws IOException {
        Files.createDirectories(file.getParent());
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(quality);
        Files.deleteIfExists(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return file;
    }

    static Path png(Path file, BufferedImage image) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
