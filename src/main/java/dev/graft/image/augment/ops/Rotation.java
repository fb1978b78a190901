package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Turns a picture about its middle; torchvision's {@code RandomRotation(degrees, interpolation, fill=fill)}.
 *
 * @param degrees counter-clockwise
 * @param resampling of the pixels
 */
public record Rotation(Interval degrees, Resampling resampling) implements Operation {
    /** Checks that both are given. */
    public Rotation {
        Objects.requireNonNull(degrees, "degrees");
        Objects.requireNonNull(resampling, "resampling");
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Warps.rotate(degrees.at(uniform.getAsDouble()), resampling);
    }
}
