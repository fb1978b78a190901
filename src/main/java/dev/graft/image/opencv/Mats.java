package dev.graft.image.opencv;

import dev.graft.image.PixelOrder;
import dev.graft.image.Pixels;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Pictures of OpenCV, as the presets of JavaCPP give them. Their pixels are copied: the {@code Mat} stays its owner's, who may change or
 * close it as soon as the call has returned. Any thread may call, if no other changes the {@code Mat} meanwhile.
 *
 * <pre>{@code
 * Prediction answer = predictor.predict(PictureInput.of(Mats.pixels(frame)));
 * }</pre>
 */
public final class Mats {
    private static final String[] DEPTHS = {
        "CV_8U", "CV_8S", "CV_16U", "CV_16S", "CV_32S", "CV_32F", "CV_64F", "CV_16F", "CV_16BF", "CV_Bool", "CV_64U",
        "CV_64S", "CV_32U"
    };

    private Mats() {}

    /**
     * The pixels of a picture in OpenCV's order: {@code CV_8UC1} is grey, {@code CV_8UC3} is BGR, {@code CV_8UC4} is BGRA, whose alpha is
     * left out. It may be a part of another picture, or have gaps between its rows. That of a PNG file which {@code imread} read
     * without options has the same bytes as the file read by {@link dev.graft.image.PictureReader}.
     *
     * @throws IllegalArgumentException when it is empty, has other than two dimensions, or is of another type; the message names it
     */
    public static Pixels pixels(Mat picture) {
        requireBytes(picture);
        return switch (picture.channels()) {
            case 1 -> copied(picture, PixelOrder.GREY);
            case 3 -> copied(picture, PixelOrder.BGR);
            case 4 -> copied(picture, PixelOrder.BGRA);
            default ->
                throw new IllegalArgumentException("mat: the type " + type(picture)
                        + " has no known order of channels; allowed are CV_8UC1, CV_8UC3"
                        + " and CV_8UC4; take the channels that show the picture (extractChannel, merge)");
        };
    }

    /**
     * The pixels of a picture in another order, such as one that {@code cvtColor} turned into RGB.
     *
     * @param order has as many bytes as the picture has channels
     * @throws IllegalArgumentException as {@link #pixels(Mat)}, or when the order has another number of bytes
     */
    public static Pixels pixels(Mat picture, PixelOrder order) {
        requireBytes(picture);
        if (picture.channels() != order.bytes())
            throw new IllegalArgumentException("mat: " + order + " has " + order.bytes() + " channels, the picture is "
                    + type(picture) + "; name the order that it has");
        return copied(picture, order);
    }

    private static void requireBytes(Mat picture) {
        Objects.requireNonNull(picture, "mat");
        if (picture.isNull() || picture.empty())
            throw new IllegalArgumentException(
                    "mat: it is empty; imread and VideoCapture give such where they could not read");
        if (picture.dims() != 2)
            throw new IllegalArgumentException("mat: it has " + picture.dims() + " dimensions; allowed are 2");
        if (picture.depth() != opencv_core.CV_8U)
            throw new IllegalArgumentException(
                    "mat: the type is " + type(picture)
                            + "; allowed are CV_8UC1, CV_8UC3 and CV_8UC4; choose how its values become 0 to 255 with convertTo");
    }

    /** Such as CV_16UC3. */
    private static String type(Mat picture) {
        int depth = picture.depth();
        String name = depth < DEPTHS.length ? DEPTHS[depth] : "depth " + depth + " ";
        return name + "C" + picture.channels();
    }

    private static Pixels copied(Mat picture, PixelOrder order) {
        int width = picture.cols();
        int height = picture.rows();
        long stride = height == 1 ? (long) width * order.bytes() : picture.step(); // a single row may have any step
        long bytes = (height - 1L) * stride + (long) width * order.bytes();
        if (bytes > Integer.MAX_VALUE || 3L * width * height > Integer.MAX_VALUE)
            throw new IllegalArgumentException("mat: " + width + " x " + height + " pixels in rows of " + stride
                    + " bytes are more than 2 GB; take a part of it, or resize it");
        try (BytePointer first = new BytePointer(picture.data())) {
            return Pixels.of(first.capacity(bytes).asByteBuffer(), width, height, (int) stride, order);
        }
    }
}
