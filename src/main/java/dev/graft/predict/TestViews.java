package dev.graft.predict;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.Views;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The views of a picture whose probabilities are averaged for one prediction: the picture as it is, parts of it, and the
 * same mirrored. A prediction depends only on the content of the file.
 *
 * <p>The mean is that of the probabilities, not of the logits: each view counts by what it is sure of, and none can
 * outweigh the others by large numbers. The logits of such a {@link Prediction} are the logarithms of the mean
 * probabilities, so their softmax is the probabilities as usual; of a multi-label model those whose sigmoid is.
 *
 * @param mirrored whether each view is also seen mirrored left to right
 * @param parts views beside the whole picture; {@link Views#NONE} for none
 */
public record TestViews(boolean mirrored, Views parts) {
    /** Only the picture as it is. */
    public static final TestViews NONE = new TestViews(false, Views.NONE);

    /** The picture as it is, and mirrored. */
    public static final TestViews MIRRORED = new TestViews(true, Views.NONE);

    /** Checks that the parts are given. */
    public TestViews {
        Objects.requireNonNull(parts, "parts");
    }

    /**
     * The picture and parts of it, all also mirrored. Each part is at least half of the picture, see {@link
     * Augmentation#LIGHT}.
     *
     * @param parts 0 to {@link Views#MOST}
     */
    public static TestViews of(int parts) {
        return new TestViews(true, new Views(parts, Augmentation.LIGHT, 0));
    }

    /** How many pictures the network sees for a prediction. */
    public int count() {
        return read() * (mirrored ? 2 : 1);
    }

    /** How many views are read from the file. */
    int read() {
        return 1 + parts.count();
    }

    /** The views that are read; empty for the picture as it is. */
    Stream<Optional<SeededView>> each() {
        return Stream.concat(
                Stream.of(Optional.empty()), IntStream.range(0, parts.count()).mapToObj(parts::inEpoch));
    }
}
