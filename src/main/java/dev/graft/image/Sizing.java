package dev.graft.image;

import dev.graft.image.augment.View;
import dev.graft.image.augment.ops.Edit;
import dev.graft.image.codec.OpenCv;
import dev.graft.image.codec.Raster;
import dev.graft.image.codec.Refusal;
import dev.graft.image.resize.ResizeFrame;
import dev.graft.image.resize.Resizer;

/** Brings decoded pictures to the size of the network, as a preprocessing says. Thread-safe. */
final class Sizing {
    private final Preprocessing preprocessing;
    private final Resizer resizer = new Resizer();
    private final Retouch retouch;

    Sizing(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
        retouch = new Retouch(preprocessing.width(), preprocessing.height());
    }

    /** A view of a picture at the size of the network. */
    Resized viewed(Decoded whole, View view) throws Refusal {
        Resize all = new Resize.Stretch(preprocessing.height(), preprocessing.width());
        Decoded part = Decoded.whole(whole.raster().cut(view.top(), view.left(), view.height(), view.width()));
        Raster resized = resized(part, all.frame(view.width(), view.height()));
        if (view.edit() == Edit.NONE) return new Resized(resized, view.flip());
        retouch.edit(resized, view);
        return new Resized(resized, false);
    }

    /** The whole picture at the size of a frame. */
    Raster resized(Decoded picture, ResizeFrame frame) throws Refusal {
        if (preprocessing.engine() == Engine.OPENCV) return OpenCv.resize(picture.raster(), frame);
        return Raster.painted(
                frame.width(),
                frame.height(),
                result -> resizer.resize(picture.raster().bitmap(), picture.box(), frame, result.rgb()));
    }

    /** How a picture of this size is resized and cropped. */
    ResizeFrame frame(int width, int height) throws Refusal {
        try {
            ResizeFrame frame = preprocessing.resize().frame(width, height);
            boolean whole = preprocessing.engine() == Engine.OPENCV; // OpenCV resizes the whole picture before the crop
            if (!whole || (long) frame.resizedWidth() * frame.resizedHeight() <= preprocessing.maxPixels())
                return frame;
        } catch (ArithmeticException tooLong) {
            // refused below
        }
        throw Refusal.of(
                "is " + width + " x " + height + " pixels, too long for " + preprocessing.resize(),
                "rounder shapes",
                "crop it or use Resize.Stretch");
    }

    /** The largest divisor of the sides (1, 2, 4 or 8) so that neither side is smaller than the resized picture. */
    int divisor(int width, int height, ResizeFrame frame) {
        if (preprocessing.decoding() == Decoding.EXACT) return 1;
        int most = Math.min(width / frame.resizedWidth(), height / frame.resizedHeight());
        return Math.max(1, Math.min(8, Integer.highestOneBit(most)));
    }

    /** Refuses a picture that is too large. */
    void checkSize(long width, long height) throws Refusal {
        long most = preprocessing.maxPixels();
        if (width >= 1
                && height >= 1
                && width <= PictureReader.MOST_SIDE
                && height <= PictureReader.MOST_SIDE
                && width * height <= most) return;
        throw Refusal.of(
                "is " + width + " x " + height + " pixels",
                "sides of 1 to " + PictureReader.MOST_SIDE + " and at most " + most + " pixels",
                "make it smaller, or raise maxPixels if you trust it");
    }
}
