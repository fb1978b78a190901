package dev.graft.examples;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What a camera adds to a drawing: exposure, a tint, noise, and JPEG's losses. */
final class Photograph {
    private Photograph() {}

    /** Changes the light of a picture of type INT_RGB and adds noise, in place. */
    static void expose(BufferedImage picture, RandomGenerator random) {
        double gain = random.nextDouble(0.8, 1.15);
        double lift = random.nextDouble(-12, 16);
        int[][] curve = new int[3][256];
        for (int[] channel : curve) {
            double tint = gain * random.nextDouble(0.94, 1.06);
            for (int v = 0; v < 256; v++) channel[v] = (int) Math.round(v * tint + lift);
        }
        int strength = random.nextInt(2, 14);
        int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < pixels.length; i++) pixels[i] = grainy(pixels[i], curve, strength, random.nextLong());
    }

    /** @return the picture as a JPEG file of quality 0.60 to 0.95 */
    static byte[] develop(BufferedImage picture, RandomGenerator random) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality((float) random.nextDouble(0.60, 0.95));
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Each channel through its curve, plus the sum of two dice: noise from 16 of the 64 random bits for each. */
    private static int grainy(int rgb, int[][] curve, int strength, long bits) {
        int out = 0;
        for (int c = 0; c < 3; c++) {
            int shift = 16 - 8 * c;
            int first = (int) (bits >>> (16 * c)) & 0xFF;
            int second = (int) (bits >>> (16 * c + 8)) & 0xFF;
            int value = curve[c][(rgb >> shift) & 0xFF] + (first + second - 255) * strength / 255;
            out |= Math.max(0, Math.min(255, value)) << shift;
        }
        return out;
    }
}
