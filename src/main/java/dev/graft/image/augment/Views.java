package dev.graft.image.augment;

import java.util.Objects;
import java.util.Optional;

/**
 * The views of the training pictures: epoch e (from 0) uses view e mod {@code count} of each picture.
 *
 * @param count number of views of each picture, 0 to {@link #MOST}; 0 for no augmentation. With as many views as
 *     epochs, every epoch has a new view, as in usual augmentation
 * @param augmentation what is drawn for each view
 * @param seed the same for all views
 */
public record Views(int count, Augmentation augmentation, long seed) {
    /** The largest number of views. */
    public static final int MOST = 1_000_000;

    /** No augmentation. */
    public static final Views NONE = new Views(0, Augmentation.STANDARD, 0);

    /** Checks the range. */
    public Views {
        Objects.requireNonNull(augmentation, "augmentation");
        if (count < 0 || count > MOST)
            throw new IllegalArgumentException("views must be between 0 and " + MOST + ", was " + count);
    }

    /** The view for an epoch (from 0); empty for no augmentation. */
    public Optional<SeededView> inEpoch(int epoch) {
        return count == 0 ? Optional.empty() : Optional.of(new SeededView(augmentation, seed, epoch % count));
    }
}
