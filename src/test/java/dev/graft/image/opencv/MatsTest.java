package dev.graft.image.opencv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.PictureException;
import dev.graft.image.PictureReader;
import dev.graft.image.PixelOrder;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.image.codec.OpenCv;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A picture of OpenCV gives the network the bytes that its PNG file gives. */
class MatsTest {
    private static final int WIDTH = 61;
    private static final int HEIGHT = 47;
    private static final int SIDE = 32;
    private static final PictureReader READER =
            new PictureReader(Preprocessing.standard().withResize(new Resize.Stretch(SIDE, SIDE)));

    @BeforeAll
    static void load() {
        OpenCv.load();
    }

    private static Mat drawn(int type) {
        Mat mat = new Mat(HEIGHT, WIDTH, type);
        byte[] bytes = new byte[(int) (HEIGHT * mat.step())];
        new SplittableRandom(type).nextBytes(bytes);
        mat.data().put(bytes);
        return mat;
    }

    private static byte[] network(Pixels pixels) throws PictureException {
        ByteBuffer slot = ByteBuffer.allocate(3 * SIDE * SIDE);
        READER.readBytes(pixels, Optional.empty(), slot);
        return slot.array();
    }

    private static byte[] networkOfPng(Mat mat) throws PictureException {
        try (BytePointer file = new BytePointer()) {
            assertTrue(opencv_imgcodecs.imencode(".png", mat, file));
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            ByteBuffer slot = ByteBuffer.allocate(3 * SIDE * SIDE);
            READER.readBytes(bytes, "png", slot);
            return slot.array();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void pixels_giveTheNetworkTheBytesOfThePng(int channels) throws PictureException {
        try (Mat mat = drawn(opencv_core.CV_8UC(channels))) {
            assertArrayEquals(networkOfPng(mat), network(Mats.pixels(mat)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void pixels_ofAPart_areThoseOfItsCopy(int channels) throws PictureException {
        for (int height : new int[] {30, 1}) {
            try (Mat mat = drawn(opencv_core.CV_8UC(channels));
                    Rect box = new Rect(7, 5, 40, height);
                    Mat part = new Mat(mat, box);
                    Mat copy = part.clone()) {
                if (height > 1) assertFalse(part.isContinuous(), "the test wants gaps between the rows");
                assertArrayEquals(Mats.pixels(copy).rgb(), Mats.pixels(part).rgb());
                assertArrayEquals(networkOfPng(copy), network(Mats.pixels(part)));
            }
        }
    }

    @Test
    void pixels_ofANamedOrder_areTheSamePicture() {
        try (Mat bgr = drawn(opencv_core.CV_8UC3);
                Mat rgb = new Mat()) {
            opencv_imgproc.cvtColor(bgr, rgb, opencv_imgproc.COLOR_BGR2RGB);
            assertArrayEquals(
                    Mats.pixels(bgr).rgb(), Mats.pixels(rgb, PixelOrder.RGB).rgb());
            assertRefused("RGBA has 4 channels, the picture is CV_8UC3", () -> Mats.pixels(rgb, PixelOrder.RGBA));
        }
    }

    @Test
    void pixels_areACopy() {
        try (Mat mat = drawn(opencv_core.CV_8UC1)) {
            Pixels before = Mats.pixels(mat);
            byte[] kept = before.rgb().clone();
            mat.data().put(new byte[WIDTH * HEIGHT]);
            assertArrayEquals(kept, before.rgb());
        }
    }

    @Test
    void pixels_ofOtherTypes_areRefusedByName() {
        try (Mat deep = new Mat(4, 4, opencv_core.CV_16UC3);
                Mat floats = new Mat(4, 4, opencv_core.CV_32FC1);
                Mat two = new Mat(4, 4, opencv_core.CV_8UC2);
                Mat none = new Mat()) {
            assertRefused("the type is CV_16UC3; allowed are CV_8UC1, CV_8UC3 and CV_8UC4", () -> Mats.pixels(deep));
            assertRefused("the type is CV_32FC1", () -> Mats.pixels(floats));
            assertRefused("the type CV_8UC2 has no known order", () -> Mats.pixels(two));
            assertRefused("it is empty", () -> Mats.pixels(none));
        }
    }

    private static void assertRefused(String part, Runnable call) {
        String told = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(told.contains(part), told);
    }
}
