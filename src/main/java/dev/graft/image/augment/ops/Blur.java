package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Gaussian blur; torchvision's {@code GaussianBlur(kernel, sigma)}. Around the picture lies its mirror image, also where
 * the picture is smaller than the kernel (torchvision refuses this).
 *
 * @param kernel the width and height of the kernel in pixels, odd, 1 to 255; 1 changes nothing
 * @param sigma the standard deviation in pixels, above 0
 */
public record Blur(int kernel, Interval sigma) implements Operation {
    /** Checks the ranges. */
    public Blur {
        if (kernel < 1 || kernel > 255 || kernel % 2 == 0)
            throw new IllegalArgumentException(
                    "augmentation: the kernel of blur must be an odd number from 1 to 255, was " + kernel);
        if (sigma.from() <= 0)
            throw new IllegalArgumentException(
                    "augmentation: sigma of blur must be above 0, was " + sigma.from() + " to " + sigma.to());
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Blurs.gaussian(kernel, sigma.at(uniform.getAsDouble()));
    }
}
