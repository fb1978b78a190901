package dev.graft.plan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classes of a run and how many training pictures each of them has: what weights of classes are made from.
 *
 * @param classes their names, in the order of the logits
 * @param pictures of each class, at least 0; empty where they are not known
 */
public record ClassSizes(List<String> classes, List<Integer> pictures) {
    /** Checks that there is a number for each class, or none at all. */
    public ClassSizes {
        classes = List.copyOf(classes);
        pictures = List.copyOf(pictures);
        if (!pictures.isEmpty() && pictures.size() != classes.size())
            throw new IllegalArgumentException("class sizes: " + classes.size() + " classes, but " + pictures.size()
                    + " numbers of pictures; give one for each class");
    }

    /**
     * Counts labels.
     *
     * @param labels of the training pictures, those that cannot be read too: indices of classes
     */
    public static ClassSizes of(List<String> classes, IntStream labels) {
        Integer[] pictures = new Integer[classes.size()];
        Arrays.fill(pictures, 0);
        labels.forEach(label -> pictures[label]++);
        return new ClassSizes(classes, List.of(pictures));
    }

    /** Classes whose pictures nobody has counted. */
    public static ClassSizes unknown(List<String> classes) {
        return new ClassSizes(classes, List.of());
    }
}
