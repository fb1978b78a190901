package dev.graft.image.augment;

import java.util.Objects;
import java.util.Optional;

/**
 * Which views training pictures are seen in: in epoch e, counted from 0, view e mod count of each.
 *
 * @param count how many each picture has, 0 to {@link #MOST}; 0 for the pictures as they are. As many as there are epochs are
 *     what augmentation usually means: every epoch sees every picture anew
 * @param augmentation how views differ from the picture
 * @param seed of all views
 */
public record Views(int count, Augmentation augmentation, long seed) {
    /** The largest number of views. */
    public static final int MOST = 1_000_000;

    /** Pictures as they are. */
    public static final Views NONE = new Views(0, Augmentation.STANDARD, 0);

    /** Checks the range. */
    public Views {
        Objects.requireNonNull(augmentation, "augmentation");
        if (count < 0 || count > MOST)
            throw new IllegalArgumentException("views must be between 0 and " + MOST + ", was " + count);
    }

    /** What an epoch, counted from 0, sees of each picture; empty for the picture as it is. */
    public Optional<SeededView> inEpoch(int epoch) {
        return count == 0 ? Optional.empty() : Optional.of(new SeededView(augmentation, seed, epoch % count));
    }
}
