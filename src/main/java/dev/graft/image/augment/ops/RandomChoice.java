package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/** The operations of RandAugment and TrivialAugmentWide, in torchvision's order. */
enum RandomChoice {
    IDENTITY,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y,
    ROTATE,
    BRIGHTNESS,
    COLOR,
    CONTRAST,
    SHARPNESS,
    POSTERIZE,
    SOLARIZE,
    AUTO_CONTRAST,
    EQUALIZE;

    private static final double DEGREES = 180 / Math.PI;

    /**
     * How far the operations go.
     *
     * @param shear tangent
     * @param right pixels
     * @param down pixels
     * @param degrees of a rotation
     * @param factor what is added to 1 or taken from it
     * @param bits how many are lost
     */
    record Reach(double shear, double right, double down, double degrees, double factor, int bits) {}

    static RandomChoice drawn(DoubleSupplier uniform) {
        return values()[(int) (uniform.getAsDouble() * values().length)];
    }

    /** Whether there is something to choose: a bin of magnitudes. */
    boolean hasMagnitude() {
        return this != IDENTITY && this != AUTO_CONTRAST && this != EQUALIZE;
    }

    /** Whether the opposite direction is as likely. */
    boolean isSigned() {
        return hasMagnitude() && this != POSTERIZE && this != SOLARIZE;
    }

    /** The magnitude of a bin: steps of equal size, rounded to float32; for {@link #POSTERIZE} bits, rounded. */
    double magnitude(int bin, int bins, Reach reach) {
        double share = (double) bin / (bins - 1);
        return switch (this) {
            case IDENTITY, AUTO_CONTRAST, EQUALIZE -> 0;
            case SHEAR_X, SHEAR_Y -> (float) ((float) reach.shear() * share);
            case TRANSLATE_X -> (float) ((float) reach.right() * share);
            case TRANSLATE_Y -> (float) ((float) reach.down() * share);
            case ROTATE -> (float) ((float) reach.degrees() * share);
            case BRIGHTNESS, COLOR, CONTRAST, SHARPNESS -> (float) ((float) reach.factor() * share);
            case POSTERIZE -> Math.rint(8 - bin / ((bins - 1) / (float) reach.bits()));
            case SOLARIZE -> (float) (1 - share);
        };
    }

    /** The edit of a magnitude, which may be negative. */
    Edit edit(double magnitude, Resampling how) {
        return switch (this) {
            case IDENTITY -> Edit.NONE;
            case SHEAR_X -> Warps.shear(StrictMath.atan(magnitude) * DEGREES, 0, how);
            case SHEAR_Y -> Warps.shear(0, StrictMath.atan(magnitude) * DEGREES, how);
            case TRANSLATE_X -> Warps.affine(new Matrix.Pose(0, (int) magnitude, 0, 1, 0, 0), how);
            case TRANSLATE_Y -> Warps.affine(new Matrix.Pose(0, 0, (int) magnitude, 1, 0, 0), how);
            case ROTATE -> Warps.rotate(magnitude, how);
            case BRIGHTNESS -> Colours.brightness(1 + magnitude);
            case COLOR -> Colours.saturation(1 + magnitude);
            case CONTRAST -> Colours.contrast(1 + magnitude);
            case SHARPNESS -> Blurs.sharpness(1 + magnitude);
            case POSTERIZE -> Tones.posterize((int) magnitude);
            case SOLARIZE -> Tones.solarize(255 * magnitude);
            case AUTO_CONTRAST -> Tones::autoContrast;
            case EQUALIZE -> Tones::equalize;
        };
    }

    /** Draws the sign if there are two, and returns the edit. */
    Edit signed(int bin, int bins, Reach reach, DoubleSupplier uniform, Resampling how) {
        double magnitude = magnitude(bin, bins, reach);
        return edit(isSigned() && uniform.getAsDouble() <= 0.5 ? -magnitude : magnitude, how);
    }

    static void checkBins(int bins) {
        if (bins < 2 || bins > 1000)
            throw new IllegalArgumentException("augmentation: there must be 2 to 1000 bins, were " + bins);
    }
}
