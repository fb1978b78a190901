package dev.graft.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A picture and its class, or its labels.
 *
 * @param file the path of the picture; it starts with the folder's path in the form in which it was given
 * @param labels indices into {@link ImageFolder#classes()}, ascending, each once: exactly one, or with multi-label data
 *     ({@link ImageFolder#isMultiLabel}) any number
 */
public record Sample(Path file, List<Integer> labels) {
    /** Checks the labels. */
    public Sample {
        Objects.requireNonNull(file, "file");
        labels = List.copyOf(labels);
        for (int i = 0; i < labels.size(); i++) {
            int least = i == 0 ? 0 : labels.get(i - 1) + 1;
            if (labels.get(i) < least)
                throw new IllegalArgumentException(
                        (labels.size() == 1 ? "label must be 0 or more, was " : "labels must ascend from 0, were ")
                                + (labels.size() == 1 ? labels.get(0) : labels));
        }
    }

    /** A picture of one class. */
    public Sample(Path file, int label) {
        this(file, List.of(label));
    }

    /**
     * The index of the picture's class.
     *
     * @throws IllegalStateException if it has no label, or several
     */
    public int label() {
        if (labels.size() == 1) return labels.get(0);
        throw new IllegalStateException(
                file + " has " + labels.size() + " labels, where exactly one is expected: the data is multi-label");
    }
}
