package dev.graft.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.predict.Prediction;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayTest {
    private static final Prediction NONE = Prediction.of(List.of("a", "b"), new float[] {1, 0}, new float[] {0, -100});

    @TempDir
    Path folder;

    private static Explanation explanation(int height, int width, Pixels picture) {
        float[] heat = new float[height * width];
        for (int i = 0; i < heat.length; i++) heat[i] = i * 7 % heat.length / (heat.length - 1f);
        return new Explanation(NONE, 0, heat, height, width, picture);
    }

    private static Pixels grey(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) 90);
        return new Pixels(width, height, rgb);
    }

    @Test
    void enlarged_everySize_equalsPyTorchsBilinear() {
        for (int[] size : new int[][] {{7, 7, 224, 224}, {3, 4, 96, 128}, {12, 16, 9, 5}, {1, 1, 4, 6}, {2, 5, 2, 5}}) {
            Explanation e = explanation(size[0], size[1], grey(1, 1));
            float[] seen = Overlay.enlarged(e, size[2], size[3]);
            try (NativeScope scope = NativeScope.open()) {
                Tensor map = Tensor.create(e.heat(), 1, 1, size[0], size[1]);
                Tensor large = torch.upsample_bilinear2d(map, new long[] {size[2], size[3]}, false);
                float[] expected = new float[seen.length];
                new FloatPointer(large.contiguous().data_ptr()).get(expected);
                assertArrayEquals(expected, seen, 1e-5f);
            }
        }
    }

    @Test
    void draw_coldPlacesStay_hotOnesTakeTheColour() {
        Pixels picture = grey(40, 20);
        Explanation e = new Explanation(NONE, 0, new float[] {0, 0, 0, 1}, 1, 4, picture);
        byte[] drawn = Overlay.STANDARD.draw(e).rgb();
        assertEquals(90, drawn[0] & 255);
        assertEquals(90, picture.rgb()[3 * 39] & 255, "the explanation's picture was drawn on");
        for (int c = 0; c < 3; c++) {
            int hot = drawn[3 * 39 + c] & 255;
            assertEquals(90 + 0.7 * (HeatColours.channel(1, c) - 90), hot, 0.51);
        }
        assertArrayEquals(picture.rgb(), new Overlay(0, 1024).draw(e).rgb());
        Explanation cold = new Explanation(NONE, 0, new float[4], 1, 4, picture);
        assertArrayEquals(picture.rgb(), Overlay.STANDARD.draw(cold).rgb());
    }

    @Test
    void write_largePicture_isBoundedAndReadsBack() throws IOException {
        Explanation e = explanation(3, 5, grey(300, 100));
        Path file = folder.resolve("heat.png");
        new Overlay(0.5, 150).write(e, file);
        Pixels back = new PictureReader(Preprocessing.standard()).decode(file);
        assertEquals(150, back.width());
        assertEquals(50, back.height());
        assertArrayEquals(new Overlay(0.5, 150).draw(e).rgb(), back.rgb());
        Overlay.STANDARD.write(e, file);
        assertEquals(
                300, new PictureReader(Preprocessing.standard()).decode(file).width());
        Path taken = Files.createDirectory(folder.resolve("taken.png"));
        Exception none = assertThrows(IOException.class, () -> Overlay.STANDARD.write(e, taken));
        assertTrue(none.getMessage().contains("taken.png"), none.getMessage());
    }

    /** Lightness by CIE 1976, which the table was not made with. */
    @Test
    void colours_moreHeat_isAlwaysLighter() {
        double before = 0;
        double steepest = 0;
        for (int i = 0; i < 256; i++) {
            double[] linear = new double[3];
            for (int c = 0; c < 3; c++) {
                double v = HeatColours.channel(i / 255f, c) / 255.0;
                linear[c] = v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
            }
            double y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
            double lightness = 116 * Math.cbrt(y) - 16;
            assertTrue(i == 0 || lightness > before - 0.2, "step " + i + ": " + lightness + " after " + before);
            steepest = i == 0 ? 0 : Math.max(steepest, lightness - before);
            before = lightness;
        }
        assertTrue(before > 90, "the hottest colour has the lightness " + before);
        assertTrue(steepest < 1.5, "the lightness jumps by " + steepest);
    }

    @Test
    void overlay_outOfRange_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Overlay(1.1, 10));
        assertThrows(IllegalArgumentException.class, () -> new Overlay(Double.NaN, 10));
        assertThrows(IllegalArgumentException.class, () -> new Overlay(0.5, 0));
        assertThrows(IllegalArgumentException.class, () -> new Explanation(NONE, 0, new float[3], 2, 2, grey(1, 1)));
    }
}
