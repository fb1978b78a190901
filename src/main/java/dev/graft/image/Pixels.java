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
            throw new IllegalArgumentException("width and height must be at least 1, were " + width + " x " + height);
        if (rgb.length != 3L * width * height)
            throw new IllegalArgumentException("rgb must hold " + 3L * width * height + " bytes for " + width + " x "
                    + height + ", holds " + rgb.length);
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
