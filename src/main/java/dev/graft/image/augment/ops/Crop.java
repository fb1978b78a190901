package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Shows another part of the picture and its surroundings, of the picture's size; torchvision's {@code RandomCrop(size of
 * the picture, padding, fill=fill, padding_mode=border)}.
 *
 * @param padding pixels on each side, 0 to 65,535; 0 changes nothing
 * @param border what lies around the picture
 * @param fill the colour of {@link Border#CONSTANT}
 */
public record Crop(int padding, Border border, Rgb fill) implements Operation {
    /** Checks the range. */
    public Crop {
        if (padding < 0 || padding > 65_535)
            throw new IllegalArgumentException("augmentation: the padding must be 0 to 65,535 pixels, was " + padding);
        Objects.requireNonNull(border, "border");
        Objects.requireNonNull(fill, "fill");
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        if (padding == 0) return Edit.NONE;
        int top = (int) (uniform.getAsDouble() * (2 * padding + 1)) - padding;
        int left = (int) (uniform.getAsDouble() * (2 * padding + 1)) - padding;
        return Moves.cut(top, left, border, fill);
    }
}
