package dev.graft.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The purpose of a part of a data set. */
public enum Split {
    /** For training. */
    TRAIN("train", "training", "trainset", "trainingset", "traindata", "trainval"),
    /** For validation after each epoch. */
    VALIDATION("val", "valid", "validation", "valset", "validset", "validationset", "dev", "devset", "eval"),
    /** For testing the finished model, once. */
    TEST("test", "testing", "testset", "testingset", "testdata", "holdout");

    private static final Set<String> FILLERS = Set.of(
            "set", "data", "dataset", "images", "image", "imgs", "img", "pictures", "photos", "folder", "split", "seg");

    private final List<String> names;

    Split(String... names) {
        this.names = List.of(names);
    }

    /**
     * Recognises a split by the name of a folder or by a word in a table: {@code training_set}, {@code Val} and {@code
     * images-test} are splits, {@code cats} is not. Case, digits, punctuation and words such as "set" or "images" are
     * ignored.
     */
    public static Optional<Split> named(String name) {
        String word = Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"))
                .filter(w -> !FILLERS.contains(w))
                .collect(Collectors.joining());
        return Arrays.stream(values()).filter(s -> s.names.contains(word)).findFirst();
    }

    /** The usual name: train, val or test. */
    String word() {
        return names.get(0);
    }
}
