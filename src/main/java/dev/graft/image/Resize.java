package dev.graft.image;

import dev.graft.image.resize.ResizeFrame;

/** How a picture of any size is brought to the network's input size. */
public sealed interface Resize permits Resize.Stretch, Resize.ShortSideCrop {
    /** The largest allowed side of the result, in pixels. */
    int MAX_SIDE = 16_384;

    /** Height of the result, in pixels. */
    int height();

    /** Width of the result, in pixels. */
    int width();

    /** The resized size and the part of it that is kept, for a source of this size. */
    ResizeFrame frame(int sourceWidth, int sourceHeight);

    /**
     * Stretches to a fixed height and width: torchvision's {@code Resize((height, width))}.
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
     * Resizes the shorter side to a fixed length, keeps the aspect ratio, and cuts a square from the middle:
     * torchvision's {@code Resize(shortSide)} and {@code CenterCrop(crop)}, with the same rounding.
     *
     * @param shortSide in pixels, 1 to {@link #MAX_SIDE}
     * @param crop side of the square in pixels, 1 to {@code shortSide}
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
            return (int) Math.rint((side - crop) / 2.0); // Python's round: ties to even
        }
    }

    private static void checkSide(String name, int side) {
        if (side < 1 || side > MAX_SIDE)
            throw new IllegalArgumentException(name + " must be between 1 and " + MAX_SIDE + ", was " + side);
    }
}
