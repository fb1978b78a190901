package dev.graft.examples.video;

import dev.graft.image.PixelOrder;
import dev.graft.image.Pixels;
import java.nio.ByteBuffer;
import org.bytedeco.javacv.Frame;

/**
 * Pictures of JavaCV. Their pixels are copied: the {@code Frame} stays its owner's, and a grabber may reuse it as soon as the call has
 * returned.
 */
public final class FramePixels {
    private FramePixels() {}

    /**
     * The pixels of a frame in JavaCV's usual order: one channel is grey, three are BGR, four are BGRA, whose alpha is left out. There
     * may be gaps between its rows.
     *
     * @throws IllegalArgumentException when it is not a picture, its channels are apart, or they have other than 8 bits without sign;
     *     the message names what it is
     */
    public static Pixels of(Frame frame) {
        return of(
                frame,
                switch (frame.imageChannels) {
                    case 1 -> PixelOrder.GREY;
                    case 4 -> PixelOrder.BGRA;
                    default -> PixelOrder.BGR;
                });
    }

    /**
     * The pixels of a frame in another order, such as that of a grabber whose pixel format is RGB.
     *
     * @throws IllegalArgumentException as {@link #of(Frame)}, or when the frame has another number of channels
     */
    public static Pixels of(Frame frame, PixelOrder order) {
        if (frame.image == null || frame.image.length == 0)
            throw new IllegalArgumentException("frame: it has no picture (sound or data only); ask for grabImage()");
        if (frame.imageDepth != Frame.DEPTH_UBYTE || !(frame.image[0] instanceof ByteBuffer data))
            throw new IllegalArgumentException("frame: its values are " + depth(frame.imageDepth)
                    + "; allowed is 8 bits without sign (DEPTH_UBYTE); set the grabber's image mode COLOR or GRAY");
        if (frame.image.length > 1 || frame.imageChannels != order.bytes())
            throw new IllegalArgumentException("frame: it has " + frame.imageChannels + " channels in "
                    + frame.image.length + " planes, " + order + " has " + order.bytes() + " in one");
        return Pixels.of(data.duplicate().position(0), frame.imageWidth, frame.imageHeight, frame.imageStride, order);
    }

    private static String depth(int depth) {
        return switch (depth) {
            case Frame.DEPTH_UBYTE -> "8 bits in another kind of buffer";
            case Frame.DEPTH_BYTE -> "8 bits with sign (DEPTH_BYTE)";
            case Frame.DEPTH_USHORT -> "16 bits (DEPTH_USHORT)";
            case Frame.DEPTH_SHORT -> "16 bits with sign (DEPTH_SHORT)";
            case Frame.DEPTH_INT -> "32 bits (DEPTH_INT)";
            case Frame.DEPTH_FLOAT -> "floats (DEPTH_FLOAT)";
            case Frame.DEPTH_DOUBLE -> "doubles (DEPTH_DOUBLE)";
            default -> "of depth " + depth;
        };
    }
}
