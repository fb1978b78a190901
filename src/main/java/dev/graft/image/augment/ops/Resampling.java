package dev.graft.image.augment.ops;

import java.util.Objects;

/**
 * How a picture is moved, turned or bent.
 *
 * @param interpolation of the pixels
 * @param fill the colour where the result shows nothing of the picture
 */
public record Resampling(Interpolation interpolation, Rgb fill) {
    /** torchvision's default for most transforms: nearest, black. */
    public static final Resampling NEAREST = new Resampling(Interpolation.NEAREST, Rgb.BLACK);

    /** Smoother: bilinear, black. */
    public static final Resampling BILINEAR = new Resampling(Interpolation.BILINEAR, Rgb.BLACK);

    /** Checks that both are given. */
    public Resampling {
        Objects.requireNonNull(interpolation, "interpolation");
        Objects.requireNonNull(fill, "fill");
    }
}
