package dev.graft.image;

import dev.graft.image.resize.ResizeFrame;

/** How a picture of any size becomes one of the network's size. */
public sealed interface Resize permits Resize.Stretch, Resize.ShortSideCrop {
    /** The largest side that can be asked for. */
    int MAX_SIDE = 16_384;

    /** Height of the result, in pixels. */
    int height();

    /** Width of the result, in pixels. */
    int width();

    /** The window of the resized picture that is kept, for a source of this size. */
    ResizeFrame frame(int sourceWidth, int sourceHeight);

    /**
     * Both sides are set, whatever the shape: torchvision's {@code Resize((height, width))}.
     *
     * @param height in pixels, 1 to {@link #MAX_SIDE}
     * @param width in pixels, 1 to {@link #MAX_SIDE}
     */
    record Stretch(int height, int width) implements Resize {
        /** Checks the ranges. */
        public Stretch {
            checkSide("height", height);
            checkSide("width", width);
        }

        @Override
        public ResizeFrame frame(int sourceWidth, int sourceHeight) {
            return ResizeFrame.whole(width, height);
        }
    }

    /**
     * The shorter side is set, the longer follows, and a square is cut from the middle: torchvision's
     * {@code Resize(shortSide)} and {@code CenterCrop(crop)}, with their rounding.
     *
     * @param shortSide in pixels, 1 to {@link #MAX_SIDE}
     * @param crop side of the square in pixels, 1 to {@code shortSide}: nothing is ever padded
     */
    record ShortSideCrop(int shortSide, int crop) implements Resize {
        /** Checks the ranges. */
        public ShortSideCrop {
            checkSide("shortSide", shortSide);
            if (crop < 1 || crop > shortSide)
                throw new IllegalArgumentException(
                        "crop must be between 1 and shortSide (" + shortSide + "), was " + crop);
        }

        @Override
        public int height() {
            return crop;
        }

        @Override
        public int width() {
            return crop;
        }

        @Override
        public ResizeFrame frame(int sourceWidth, int sourceHeight) {
            int width = shortSide;
            int height = shortSide;
            if (sourceWidth <= sourceHeight) height = longSide(sourceHeight, sourceWidth);
            else width = longSide(sourceWidth, sourceHeight);
            return new ResizeFrame(width, height, middle(width), middle(height), crop, crop);
        }

        private int longSide(int sourceLong, int sourceShort) {
            return Math.toIntExact((long) ((double) ((long) shortSide * sourceLong) / sourceShort));
        }

        private int middle(int side) {
            return (int) Math.rint((side - crop) / 2.0); // Python's round: a half goes to the even number
        }
    }

    private static void checkSide(String name, int side) {
        if (side < 1 || side > MAX_SIDE)
            throw new IllegalArgumentException(name + " must be between 1 and " + MAX_SIDE + ", was " + side);
    }
}
