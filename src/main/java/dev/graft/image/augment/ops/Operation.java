package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * A random change of a picture that keeps its size. {@link #draw} chooses the parameters, the {@link Edit} that it
 * returns changes the pixels.
 *
 * <p>Every edit equals torchvision's function (transforms.v2, version 0.25) on an RGB picture of Pillow 13 in every
 * byte, with these exceptions: {@link Blur} may differ by 1 where the exact value lies within 1e-4 of a half, and
 * {@link Perspective} by what the last bit of a coefficient changes. Every draw takes the same decisions as
 * torchvision's transform of the same uniform numbers, in float64 where torchvision uses float32. All are immutable, so
 * any thread may use them.
 */
public sealed interface Operation
        permits Affine,
                AutoContrast,
                Blur,
                ColourJitter,
                Crop,
                Equalize,
                Erasing,
                Grey,
                HorizontalFlip,
                Invert,
                Perspective,
                Posterize,
                RandAugment,
                Rotation,
                Sharpness,
                Solarize,
                Sometimes,
                TrivialAugment,
                VerticalFlip {
    /**
     * Draws the parameters for a picture.
     *
     * @param width of the picture in pixels, at least 1
     * @param height of the picture in pixels, at least 1
     * @param uniform gives random numbers in [0, 1)
     */
    Edit draw(int width, int height, DoubleSupplier uniform);

    /**
     * A text with the kind and all parameters: different operations have different texts, in every version of Java the
     * same.
     */
    default String identity() {
        return RecordText.of(this);
    }
}
