package dev.graft.peers;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** The network's input: float32, [1, 3, 224, 224], normalised. */
final class Input {
    static final int SIDE = 224;
    static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    static final float[] STD = {0.229f, 0.224f, 0.225f};
    static final int NUMBERS = 3 * SIDE * SIDE;

    private Input() {}

    static List<Path> files(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("files.txt")).stream()
                .map(Path::of)
                .toList();
    }

    /** All pictures' input in native memory. */
    static FloatBuffer prepared(Path folder) throws IOException {
        byte[] all = Files.readAllBytes(folder.resolve("input.f32"));
        return ByteBuffer.allocateDirect(all.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(all)
                .flip()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /** Java's own decoder and resize, as users of ONNX Runtime in Java write it. */
    static void read(Path file, FloatBuffer input) throws IOException {
        BufferedImage picture = ImageIO.read(file.toFile());
        BufferedImage small = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = small.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(picture, 0, 0, SIDE, SIDE, null);
        g.dispose();
        int[] rgb = small.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
        for (int p = 0; p < rgb.length; p++) {
            for (int c = 0; c < 3; c++)
                input.put(c * rgb.length + p, ((rgb[p] >> (16 - 8 * c) & 255) / 255f - MEAN[c]) / STD[c]);
        }
    }
}
