package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Turns, moves, scales and shears a picture about its middle; torchvision's {@code RandomAffine(degrees, (right, down),
 * scale, shearX + shearY, interpolation, fill)}. All six numbers are drawn, also where only one value is possible.
 *
 * @param degrees clockwise
 * @param right the largest move to a side, as a fraction of the width, 0 to 1; rounded to pixels
 * @param down the same for the height
 * @param scale above 0
 * @param shearX in degrees, above -90 and below 90
 * @param shearY in degrees, above -90 and below 90
 * @param resampling of the pixels
 */
public record Affine(
        Interval degrees,
        double right,
        double down,
        Interval scale,
        Interval shearX,
        Interval shearY,
        Resampling resampling)
        implements Operation {
    /** Checks the ranges. */
    public Affine {
        Objects.requireNonNull(degrees, "degrees");
        Objects.requireNonNull(resampling, "resampling");
        if (!(right >= 0 && right <= 1 && down >= 0 && down <= 1))
            throw new IllegalArgumentException(
                    "augmentation: the moves of affine must be fractions of 0 to 1, were " + right + " and " + down);
        if (scale.from() <= 0)
            throw new IllegalArgumentException(
                    "augmentation: the scale of affine must be above 0, was " + scale.from() + " to " + scale.to());
        shearX.within("shearX", -89.9, 89.9);
        shearY.within("shearY", -89.9, 89.9);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        double turned = degrees.at(uniform.getAsDouble());
        int x = (int) Math.rint(Interval.around0(right * width).at(uniform.getAsDouble()));
        int y = (int) Math.rint(Interval.around0(down * height).at(uniform.getAsDouble()));
        double scaled = scale.at(uniform.getAsDouble());
        double shearedX = shearX.at(uniform.getAsDouble());
        double shearedY = shearY.at(uniform.getAsDouble());
        return Warps.affine(new Matrix.Pose(turned, x, y, scaled, shearedX, shearedY), resampling);
    }
}
