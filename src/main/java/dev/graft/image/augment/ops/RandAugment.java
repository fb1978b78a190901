package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * A few of 14 operations, each chosen at random, all of the same strength; torchvision's {@code RandAugment} (<a
 * href="https://arxiv.org/abs/1909.13719">Cubuk and others, 2019</a>). Its magnitudes are the exact ones rounded to
 * float32; PyTorch's {@code linspace} is up to two units of the last place away from them, depending on the processor.
 *
 * @param operations how many, 0 to 100; the same one may come twice
 * @param magnitude a bin, from 0, below {@code bins}; higher is stronger
 * @param bins number of magnitudes, 2 to 1000
 * @param resampling of moved and turned pictures
 */
public record RandAugment(int operations, int magnitude, int bins, Resampling resampling) implements Operation {
    /** torchvision's defaults: two operations, bin 9 of 31, nearest, black. */
    public static final RandAugment STANDARD = new RandAugment(2, 9, 31, Resampling.NEAREST);

    /** Checks the ranges. */
    public RandAugment {
        RandomChoice.checkBins(bins);
        if (operations < 0 || operations > 100 || magnitude < 0 || magnitude >= bins)
            throw new IllegalArgumentException(
                    "augmentation: RandAugment needs 0 to 100 operations and a magnitude of 0 to " + (bins - 1)
                            + ", had " + operations + " and " + magnitude);
        Objects.requireNonNull(resampling, "resampling");
    }

    static RandomChoice.Reach reach(int width, int height) {
        return new RandomChoice.Reach(0.3, 150.0 / 331.0 * width, 150.0 / 331.0 * height, 30, 0.9, 4);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        RandomChoice.Reach reach = reach(width, height);
        Edit all = Edit.NONE;
        for (int i = 0; i < operations; i++)
            all = all.then(RandomChoice.drawn(uniform).signed(magnitude, bins, reach, uniform, resampling));
        return all;
    }
}
