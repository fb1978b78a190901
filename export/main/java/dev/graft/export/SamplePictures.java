package dev.graft.export;

import dev.graft.image.GreyScaling;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.state.TensorBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Drawn pictures on which an export and its model are compared; always the same ones. They are larger and smaller than
 * the network's input, wide, high, and of the input's size.
 *
 * @param pictures the pixels
 * @param images the same as the model's preprocessing has them: float32 [n, 3, height, width] on the model's device,
 *     owned by the scope that was open
 */
record SamplePictures(List<Pixels> pictures, Tensor images) {
    private static final int[][] SIZES = {{320, 240}, {211, 307}, {0, 0}, {97, 61}};

    static SamplePictures of(Classifier classifier) throws IOException {
        Preprocessing settings = of(classifier.card().preprocessing());
        List<Pixels> pictures = new ArrayList<>();
        for (int[] size : SIZES)
            pictures.add(drawn(
                    size[0] > 0 ? size[0] : settings.width(),
                    size[1] > 0 ? size[1] : settings.height(),
                    pictures.size()));
        Tensor rows = torch.empty(SIZES.length, settings.height(), settings.width(), 3);
        ByteBuffer bytes = TensorBytes.of(rows).order(ByteOrder.nativeOrder());
        PictureReader reader = new PictureReader(settings);
        var floats = bytes.asFloatBuffer();
        for (Pixels picture : pictures) reader.readFloats(pnm(picture), "sample picture", floats);
        Tensor images = rows.permute(0, 3, 1, 2).contiguous();
        return new SamplePictures(
                List.copyOf(pictures), images.to(classifier.device().toTorch(), torch.ScalarType.Float));
    }

    /** The model's preprocessing for the drawn pictures, which are in colour. */
    static Preprocessing of(Preprocessing preprocessing) {
        return preprocessing.withMaxPixels(Preprocessing.PILLOW_MAX_PIXELS).withGrey(GreyScaling.NONE);
    }

    /** Slopes of colour, a disc, and noise from a fixed sequence. */
    static Pixels drawn(int width, int height, int seed) {
        byte[] rgb = new byte[3 * width * height];
        int noise = 12_345 + seed;
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean disc = Math.hypot(x - width * 0.4, y - height * 0.6) < height * 0.25;
                int[] colour = {255 * x / width, 255 * y / height, disc ? 220 : 60 * (seed % 4)};
                for (int c = 0; c < 3; c++) {
                    noise = noise * 1_664_525 + 1_013_904_223;
                    int value = colour[(c + seed) % 3] + (noise >>> 27) - 16;
                    rgb[at++] = (byte) Math.max(0, Math.min(255, value));
                }
            }
        }
        return new Pixels(width, height, rgb);
    }

    /** A picture file. */
    static byte[] pnm(Pixels picture) {
        byte[] header =
                ("P6 " + picture.width() + " " + picture.height() + " 255\n").getBytes(StandardCharsets.US_ASCII);
        byte[] file = new byte[header.length + picture.rgb().length];
        System.arraycopy(header, 0, file, 0, header.length);
        System.arraycopy(picture.rgb(), 0, file, header.length, picture.rgb().length);
        return file;
    }
}
