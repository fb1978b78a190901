package dev.graft.image.resize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.DrawnPicture;
import dev.graft.image.PictureException;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.natives.global.Kernels;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PillowResizeTest {
    @Test
    void resize_goldenSizes_equalsPillow() {
        for (String[] row : DrawnPicture.table("resized.tsv")) {
            Pixels source = DrawnPicture.of(Integer.parseInt(row[0]), Integer.parseInt(row[1]));
            Pixels resized = source.resized(Integer.parseInt(row[3]), Integer.parseInt(row[2]));
            assertEquals(row[4], DrawnPicture.sha256(resized.rgb()), String.join(" ", row));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resize_everyFilterAndBox_equalsPillow(boolean natively) {
        if (natively) assumeNative();
        for (String[] row : DrawnPicture.table("filters.tsv")) {
            int width = Integer.parseInt(row[1]);
            int height = Integer.parseInt(row[2]);
            int channels = Integer.parseInt(row[3]);
            PillowResize.Box box = new PillowResize.Box(
                    Float.parseFloat(row[4]),
                    Float.parseFloat(row[5]),
                    Float.parseFloat(row[6]),
                    Float.parseFloat(row[7]));
            PillowResize.Job job = PillowResize.job(
                    Bitmap.of(DrawnPicture.of(width, height, channels), width, height, channels),
                    ResizeFilter.valueOf(row[0]),
                    box,
                    Integer.parseInt(row[9]),
                    Integer.parseInt(row[8]));
            byte[] resized = PillowResize.resize(job, natively);
            assertEquals(row[10], DrawnPicture.sha256(resized), String.join(" ", row));
        }
    }

    @Test
    void resizeRgba_goldenSizes_equalsPillow() {
        for (String[] row : DrawnPicture.table("rgba.tsv")) {
            int width = Integer.parseInt(row[1]);
            int height = Integer.parseInt(row[2]);
            PillowResize.Box box = new PillowResize.Box(
                    Float.parseFloat(row[3]),
                    Float.parseFloat(row[4]),
                    Float.parseFloat(row[5]),
                    Float.parseFloat(row[6]));
            byte[] rgba = DrawnPicture.of(width, height, 4);
            byte[] resized = PillowResize.resizeRgba(
                    Bitmap.of(rgba, width, height, 4),
                    ResizeFilter.valueOf(row[0]),
                    box,
                    Integer.parseInt(row[8]),
                    Integer.parseInt(row[7]));
            assertEquals(row[9], DrawnPicture.sha256(resized), String.join(" ", row));
            assertArrayEquals(DrawnPicture.of(width, height, 4), rgba, "the caller's pixels stay");
        }
    }

    /** A table of weights for each would fill any heap: they are kept within bounds. */
    @Test
    void resize_picturesOfVeryManyWidths_keepWithinBounds() {
        for (int width = 20_000; width < 22_000; width++) {
            ResizeWeights.of(ResizeWeights.Axis.whole(ResizeFilter.BILINEAR, width, 224, 0, 224));
        }
        assertTrue(ResizeWeights.cachedWeights() <= 1 << 20, "weights: " + ResizeWeights.cachedWeights());
    }

    @Test
    void resize_veryTall_takesLittleMemory_andIsTheSame() {
        int height = 1 << 20;
        byte[] tall = DrawnPicture.of(1, height, 3);
        PillowResize.Box box = new PillowResize.Box(0, 0, 1, height);
        PillowResize.Job job = PillowResize.job(Bitmap.of(tall, 1, height, 3), ResizeFilter.BILINEAR, box, 224, 224);
        assertArrayEquals(PillowResize.resize(job, false), PillowResize.resize(job, KernelLibrary.here()));
        assertEquals(
                50_000,
                PillowResize.resize(
                                Bitmap.of(new byte[50_000], 1, 50_000, 1),
                                ResizeFilter.BILINEAR,
                                new PillowResize.Box(0, 0, 1, 50_000),
                                1,
                                50_000)
                        .length);
    }

    @Test
    void box_negativeZero_isZero() {
        byte[] rgba = {100, 50, 25, 7};
        PillowResize.Box box = new PillowResize.Box(-0f, -0f, 1, 1);
        assertArrayEquals(
                rgba, PillowResize.resizeRgba(Bitmap.of(rgba, 1, 1, 4), ResizeFilter.BILINEAR, box, 1, 1)); // Pillow's
    }

    @Test
    void resize_badArguments_areRefusedBeforeAnythingNative() {
        PillowResize.Box box = new PillowResize.Box(0, 0, 2, 2);
        byte[] four = new byte[4];
        assertRefused("channels must be 1, 3 or 4, was 2", () -> resize(four, 2, 1, 2, box, 1, 1));
        assertRefused("must hold 12 bytes", () -> resize(four, 2, 2, 3, box, 1, 1));
        assertRefused(
                "width of the picture must be between 1 and 1048576, was -2", () -> resize(four, -2, -2, 1, box, 1, 1));
        assertRefused("height must be between 1 and 1048576, was 0", () -> resize(four, 2, 2, 1, box, 0, 1));
        assertRefused("width must be between 1", () -> resize(four, 2, 2, 1, box, 1, Integer.MAX_VALUE));
        assertRefused("do not fit into an array", () -> resize(four, 2, 2, 1, box, 1 << 20, 1 << 20));
        assertRefused("reaches beyond the picture of 2 x 1", () -> resize(new byte[2], 2, 1, 1, box, 1, 1));
        assertRefused("0 <= left < right", () -> new PillowResize.Box(1, 0, 1, 2));
        assertRefused("0 <= left < right", () -> new PillowResize.Box(Float.NaN, 0, 1, 2));
        assertThrows(NullPointerException.class, () -> resize(null, 2, 2, 1, box, 1, 1));
    }

    private static byte[] resize(
            byte[] pixels, int w, int h, int channels, PillowResize.Box box, int height, int width) {
        return PillowResize.resize(Bitmap.of(pixels, w, h, channels), ResizeFilter.BILINEAR, box, height, width);
    }

    private static void assertRefused(String words, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(words), message);
    }

    /** Who calls the library past these checks gets a code, not a crash. */
    @Test
    void kernel_badArguments_givesACode() {
        assumeNative();
        int[] start = {0};
        short[] weights = new short[8];
        byte[] memory = new byte[10_000];
        assertEquals(-Kernels.GRAFT_SIZE, Kernels.graft_resample_scratch(0, 1, 3, 1, 1, 1, 1));
        assertEquals(-Kernels.GRAFT_SIZE, Kernels.graft_resample_scratch(1, 1, 2, 1, 1, 1, 1));
        assertEquals(0, kernel(memory, 3, start, weights, memory.length));
        assertEquals(Kernels.GRAFT_NULL, kernel(null, 3, start, weights, memory.length));
        assertEquals(Kernels.GRAFT_NULL, kernel(memory, 3, null, weights, memory.length));
        assertEquals(Kernels.GRAFT_SIZE, kernel(memory, 2, start, weights, memory.length));
        assertEquals(Kernels.GRAFT_SIZE, kernel(memory, 3, new int[] {1}, weights, memory.length));
        assertEquals(Kernels.GRAFT_SIZE, kernel(memory, 3, new int[] {-1}, weights, memory.length));
        assertEquals(Kernels.GRAFT_SCRATCH, kernel(memory, 3, start, weights, 10));
    }

    /** One pixel of three channels to one pixel. */
    private static int kernel(byte[] source, long stride, int[] start, short[] weights, long scratchBytes) {
        byte[] out = new byte[3];
        byte[] scratch = new byte[10_000];
        return Kernels.graft_resample(
                source, stride, 1, 1, 3, 1, start, weights, 1, 1, start, weights, 1, 0, out, 3, scratch, scratchBytes);
    }

    private static void assumeNative() {
        Assumptions.assumeTrue(KernelLibrary.here(), "needs Graft's native library (a C++ compiler at build time)");
    }

    @Test
    void shortSideCrop_goldenSizes_equalsTorchvision() throws PictureException {
        for (String[] row : DrawnPicture.table("cropped.tsv")) {
            Pixels source = DrawnPicture.of(Integer.parseInt(row[0]), Integer.parseInt(row[1]));
            Resize resize = new Resize.ShortSideCrop(Integer.parseInt(row[2]), Integer.parseInt(row[3]));
            ByteBuffer slot = ByteBuffer.allocate(3 * resize.height() * resize.width());
            new PictureReader(Preprocessing.standard().withResize(resize))
                    .readBytes(DrawnPicture.asPpm(source), "drawn", slot);
            assertEquals(row[4], DrawnPicture.sha256(slot.array()), String.join(" ", row));
        }
    }

    @Test
    void resize_sameSize_changesNothing() {
        Pixels source = DrawnPicture.of(31, 19);
        assertArrayEquals(source.rgb(), source.resized(19, 31).rgb());
    }

    @Test
    void resizer_manySizes_staysEqual() {
        Resizer resizer = new Resizer();
        for (int side : new int[] {40, 3, 90, 1, 17}) {
            Pixels source = DrawnPicture.of(side, 2 * side);
            byte[] result = new byte[3 * 8 * 6];
            PillowResize.Box box = new PillowResize.Box(0, 0, side, 2 * side);
            resizer.resize(source.bitmap(), box, ResizeFrame.whole(6, 8), ByteBuffer.wrap(result));
            assertArrayEquals(source.resized(8, 6).rgb(), result, "side " + side);
        }
    }

    /** Whoever hands in other sizes than the reader does is told, and nothing is read or written outside. */
    @Test
    void resizer_framesAndBoxesBeyond_areRefused() {
        Bitmap four = Bitmap.of(new byte[4], 2, 2, 1);
        PillowResize.Box box = new PillowResize.Box(0, 0, 2, 2);
        ByteBuffer result = ByteBuffer.allocateDirect(64);
        ResizeFrame whole = ResizeFrame.whole(3, 3);
        for (PillowResize.Box beyond : List.of(new PillowResize.Box(0, 0, 3, 2), new PillowResize.Box(0, 5, 1, 9)))
            assertRefused(
                    "reaches beyond the picture of 2 x 2", () -> new Resizer().resize(four, beyond, whole, result));
        assertRefused("resizedWidth must be at least 1", () -> new ResizeFrame(0, 3, 0, 0, 1, 1));
        assertRefused("resizedHeight must be at least 1", () -> new ResizeFrame(3, -3, 0, 0, 1, 1));
        assertRefused("a frame must be inside", () -> new ResizeFrame(3, 3, 1, 0, 3, 3));
        assertRefused("a frame must be inside", () -> new ResizeFrame(3, 3, 0, Integer.MAX_VALUE, 1, 3));
        assertRefused("a frame must be inside", () -> new ResizeFrame(3, 3, -1, 0, 3, 3));
        assertRefused("a frame must be inside", () -> new ResizeFrame(3, 3, 0, 0, 3, 0));
        assertRefused("read-only", () -> new Resizer().resize(four, box, whole, result.asReadOnlyBuffer()));
        byte[] pixels = DrawnPicture.of(9, 7, 3);
        ByteBuffer readOnly = ByteBuffer.wrap(pixels).asReadOnlyBuffer();
        PillowResize.Box all = new PillowResize.Box(0, 0, 9, 7);
        assertArrayEquals(
                PillowResize.resize(Bitmap.of(pixels, 9, 7, 3), ResizeFilter.BILINEAR, all, 4, 5),
                PillowResize.resize(new Bitmap(readOnly, 27, 9, 7, 3), ResizeFilter.BILINEAR, all, 4, 5));
    }

    @Test
    void resizer_tooLittleRoom_isRefused() {
        Bitmap four = Bitmap.of(new byte[4], 2, 2, 1);
        PillowResize.Box box = new PillowResize.Box(0, 0, 2, 2);
        ByteBuffer result = ByteBuffer.allocate(8);
        assertRefused("needs 9 bytes, the buffer has 8", () -> new Resizer()
                .resize(four, box, ResizeFrame.whole(3, 3), result));
        assertRefused("stride must be at least 2, was 1", () -> new Bitmap(result, 1, 2, 2, 1));
        assertRefused("must hold 9 bytes", () -> new Bitmap(result, 3, 3, 3, 1));
    }

    /** Rows with gaps between them, on the heap and outside: the same bytes by both kernels as of a copy without gaps. */
    @Test
    void resize_partOfALargerPicture_equalsThatPartAlone() {
        Random random = new Random(9);
        for (int i = 0; i < 300; i++) {
            Pixels picture = DrawnPicture.of(1 + random.nextInt(90), 1 + random.nextInt(90));
            int width = 1 + random.nextInt(picture.width());
            int height = 1 + random.nextInt(picture.height());
            int left = random.nextInt(picture.width() - width + 1);
            int top = random.nextInt(picture.height() - height + 1);
            byte[] part = new byte[3 * width * height];
            for (int y = 0; y < height; y++)
                System.arraycopy(
                        picture.rgb(), 3 * ((top + y) * picture.width() + left), part, 3 * width * y, 3 * width);
            PillowResize.Box box = new PillowResize.Box(0, 0, width, height);
            int newWidth = 1 + random.nextInt(40);
            int newHeight = 1 + random.nextInt(40);
            PillowResize.Job alone = PillowResize.job(
                    Bitmap.of(part, width, height, 3), ResizeFilter.BILINEAR, box, newHeight, newWidth);
            byte[] wanted = PillowResize.resize(alone, false);
            int stride = 3 * picture.width();
            ByteBuffer outside = ByteBuffer.allocateDirect(picture.rgb().length).put(0, picture.rgb());
            for (ByteBuffer all : List.of(ByteBuffer.wrap(picture.rgb()), outside)) {
                ByteBuffer rows = all.slice(top * stride + 3 * left, (height - 1) * stride + 3 * width);
                Bitmap cut = new Bitmap(rows, stride, width, height, 3);
                PillowResize.Job job = PillowResize.job(cut, ResizeFilter.BILINEAR, box, newHeight, newWidth);
                String told = width + " x " + height + " at " + left + ", " + top + " of " + i;
                assertArrayEquals(wanted, PillowResize.resize(job, false), told);
                assertArrayEquals(wanted, PillowResize.resize(job, KernelLibrary.here()), told);
            }
        }
    }
}
