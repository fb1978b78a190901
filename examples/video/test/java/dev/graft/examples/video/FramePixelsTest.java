package dev.graft.examples.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.BufferedImages;
import dev.graft.image.PictureException;
import dev.graft.image.PictureReader;
import dev.graft.image.PixelOrder;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.image.augment.View;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame gives the network the bytes that the PNG file of its picture gives. */
class FramePixelsTest {
    private static final int SIDE = 32;
    private static final PictureReader READER =
            new PictureReader(Preprocessing.standard().withResize(new Resize.Stretch(SIDE, SIDE)));

    private static Pixels drawn() {
        return BufferedImages.pixels(DrawnYard.picture(3, 0.2, 0.5)).view(new View(10, 20, 101, 61, false), 101, 61);
    }

    /** The picture in a frame whose rows have gaps, for 61 pixels are no multiple of the alignment. */
    private static Frame frame(Pixels p, int channels) {
        Frame frame = new Frame(p.width(), p.height(), Frame.DEPTH_UBYTE, channels);
        assertTrue(frame.imageStride > p.width() * channels, "the test wants gaps between the rows");
        ByteBuffer to = (ByteBuffer) frame.image[0];
        for (int i = 0; i < p.width() * p.height(); i++) {
            int at = i / p.width() * frame.imageStride + i % p.width() * channels;
            for (int c = 0; c < channels; c++)
                to.put(at + c, c == 3 ? 9 : p.rgb()[3 * i + (channels == 1 ? 0 : 2 - c)]);
        }
        return frame;
    }

    private static Pixels grey(Pixels of) {
        byte[] rgb = new byte[of.rgb().length];
        for (int i = 0; i < rgb.length; i++) rgb[i] = of.rgb()[i - i % 3];
        return new Pixels(of.width(), of.height(), rgb);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void of_givesTheNetworkTheBytesOfThePng(int channels) throws PictureException {
        Pixels wanted = channels == 1 ? grey(drawn()) : drawn();
        ByteBuffer ofFrame = ByteBuffer.allocate(3 * SIDE * SIDE);
        ByteBuffer ofPng = ByteBuffer.allocate(3 * SIDE * SIDE);
        try (Frame frame = frame(wanted, channels)) {
            READER.readBytes(FramePixels.of(frame), Optional.empty(), ofFrame);
            READER.readBytes(wanted.png(), "png", ofPng);
            assertArrayEquals(ofPng.array(), ofFrame.array());
        }
    }

    @Test
    void of_otherFrames_areRefusedByName() {
        try (Frame deep = new Frame(4, 4, Frame.DEPTH_USHORT, 1);
                Frame sound = new Frame();
                Frame bgr = new Frame(4, 4, Frame.DEPTH_UBYTE, 3)) {
            assertRefused("its values are 16 bits (DEPTH_USHORT); allowed is 8 bits", () -> FramePixels.of(deep));
            assertRefused("it has no picture", () -> FramePixels.of(sound));
            assertRefused("3 channels in 1 planes, RGBA has 4", () -> FramePixels.of(bgr, PixelOrder.RGBA));
        }
    }

    @Test
    void turned_left_movesTheTopRightCornerToTheTopLeft() {
        Pixels p = new Pixels(2, 1, new byte[] {1, 1, 1, 2, 2, 2});
        assertArrayEquals(new byte[] {2, 2, 2, 1, 1, 1}, Turned.left(p, 1).rgb());
        assertEquals(2, Turned.left(p, 1).height());
        assertArrayEquals(drawn().rgb(), Turned.left(drawn(), 4).rgb());
    }

    private static void assertRefused(String part, Runnable call) {
        String told = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(told.contains(part), told);
    }
}
