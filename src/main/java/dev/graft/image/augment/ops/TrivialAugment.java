package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * One of 14 operations, of a random strength, so that there is nothing to set; torchvision's {@code TrivialAugmentWide}
 * (<a href="https://arxiv.org/abs/2103.10158">Mueller and Hutter, 2021</a>). Its magnitudes are those of {@link
 * RandAugment}'s kind.
 *
 * @param bins number of magnitudes, 2 to 1000
 * @param resampling of moved and turned pictures
 */
public record TrivialAugment(int bins, Resampling resampling) implements Operation {
    /** torchvision's defaults: 31 bins, nearest, black. */
    public static final TrivialAugment STANDARD = new TrivialAugment(31, Resampling.NEAREST);

    static final RandomChoice.Reach REACH = new RandomChoice.Reach(0.99, 32, 32, 135, 0.99, 6);

    /** Checks the range. */
    public TrivialAugment {
        RandomChoice.checkBins(bins);
        Objects.requireNonNull(resampling, "resampling");
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        RandomChoice choice = RandomChoice.drawn(uniform);
        int bin = choice.hasMagnitude() ? (int) (uniform.getAsDouble() * bins) : 0;
        return choice.signed(bin, bins, REACH, uniform, resampling);
    }
}
