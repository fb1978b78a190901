package dev.graft.image;

import dev.graft.image.augment.View;
import dev.graft.image.augment.ops.Edit;
import dev.graft.image.codec.OpenCv;
import dev.graft.image.codec.Raster;
import dev.graft.image.resize.Bitmap;
import dev.graft.image.resize.PillowResize;
import dev.graft.image.resize.ResizeFrame;
import dev.graft.image.resize.Resizer;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A picture in memory: 8-bit RGB, interleaved, row by row from the top.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb exactly {@code width * height * 3} bytes; not copied
 */
public record Pixels(int width, int height, byte[] rgb) {
    /** Checks that the bytes fit the size. */
    public Pixels {
        if (width < 1 || height < 1)
            throw new IllegalArgumentException(
                    "pixels: width and height must be at least 1, were " + width + " x " + height);
        if (rgb.length != 3L * width * height)
            throw new IllegalArgumentException("rgb must hold " + 3L * width * height + " bytes for " + width + " x "
                    + height + ", holds " + rgb.length);
    }

    /**
     * Copies pixels out of a buffer, such as the frame of a camera, or the data of an OpenCV {@code Mat} or a JavaCV {@code
     * Frame}, whose {@code imageStride} is the distance of its rows.
     *
     * @param data the first pixel is at its position, which is not changed
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     * @param stride the distance from the start of a row to the start of the next one, in bytes, at least a row's bytes
     * @param order of the bytes of a pixel
     * @throws IllegalArgumentException when the buffer has too few bytes, or a number is not allowed
     */
    public static Pixels of(ByteBuffer data, int width, int height, int stride, PixelOrder order) {
        Objects.requireNonNull(data, "pixels: data is null");
        Objects.requireNonNull(order, "pixels: order is null; give one such as PixelOrder.RGB");
        if (width < 1 || height < 1)
            throw new IllegalArgumentException(
                    "pixels: width and height must be at least 1, were " + width + " x " + height);
        long rowBytes = (long) width * order.bytes();
        if (stride < rowBytes)
            throw new IllegalArgumentException("pixels: stride must be at least " + rowBytes + " bytes for " + width
                    + " pixels in " + order + ", was " + stride);
        long needed = (height - 1L) * stride + rowBytes;
        if (data.remaining() < needed)
            throw new IllegalArgumentException("pixels: data must have " + needed + " bytes for " + width + " x "
                    + height + " pixels in " + order + " with a stride of " + stride + ", has " + data.remaining());
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(3, width), height)];
        byte[] row = new byte[(int) rowBytes];
        for (int y = 0; y < height; y++) {
            data.get(data.position() + y * stride, row);
            order.toRgb(row, width, rgb, 3 * width * y);
        }
        return new Pixels(width, height, rgb);
    }

    /** The same pixels for {@link PillowResize}. */
    public Bitmap bitmap() {
        return Bitmap.of(rgb, width, height, 3);
    }

    /**
     * The picture as a PNG file.
     *
     * @throws PictureException when there is not enough memory
     */
    public byte[] png() throws PictureException {
        OpenCv.load();
        return Named.run("picture in memory", () -> OpenCv.png(Raster.of(width, height, rgb)));
    }

    /**
     * The picture at another size, equal to Pillow's {@code Image.resize((width, height), BILINEAR)} in every byte.
     *
     * @param newHeight in pixels, 1 to {@link Resize#MAX_SIDE}
     * @param newWidth in pixels, 1 to {@link Resize#MAX_SIDE}
     */
    public Pixels resized(int newHeight, int newWidth) {
        return view(new View(0, 0, height, width, false), newHeight, newWidth);
    }

    /**
     * A part of the picture, resized, mirrored and edited, equal to torchvision's {@code hflip(resized_crop(...))} of a
     * Pillow picture in every byte before the edit. The part is cut out first, so pixels around it have no effect.
     *
     * @param newHeight in pixels, 1 to {@link Resize#MAX_SIDE}
     * @param newWidth in pixels, 1 to {@link Resize#MAX_SIDE}
     * @throws IllegalArgumentException when the part is not inside the picture
     */
    public Pixels view(View view, int newHeight, int newWidth) {
        Raster part = Raster.of(width, height, rgb).cut(view.top(), view.left(), view.height(), view.width());
        ResizeFrame frame = new Resize.Stretch(newHeight, newWidth).frame(part.width(), part.height());
        byte[] result = new byte[3 * newHeight * newWidth];
        new Resizer().resize(part.bitmap(), Decoded.whole(part).box(), frame, ByteBuffer.wrap(result));
        if (view.edit() != Edit.NONE)
            new Retouch(newWidth, newHeight).edit(Raster.of(newWidth, newHeight, result), view);
        else if (view.flip()) Mirror.rows(result, newWidth, newHeight);
        return new Pixels(newWidth, newHeight, result);
    }
}
