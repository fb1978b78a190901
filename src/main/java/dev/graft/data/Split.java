package dev.graft.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a part of a data set is for. */
public enum Split {
    /** To train on. */
    TRAIN("train", "training", "trainset", "trainingset", "traindata", "trainval"),
    /** To judge each epoch with. */
    VALIDATION("val", "valid", "validation", "valset", "validset", "validationset", "dev", "devset", "eval"),
    /** To judge the finished model with, once. */
    TEST("test", "testing", "testset", "testingset", "testdata", "holdout");

    private static final Set<String> FILLERS = Set.of(
            "set", "data", "dataset", "images", "image", "imgs", "img", "pictures", "photos", "folder", "split", "seg");

    private final List<String> names;

    Split(String... names) {
        this.names = List.of(names);
    }

    /**
     * What a folder, or a word in a table, says by its name: {@code training_set}, {@code Val} and {@code images-test} do, {@code
     * cats} does not. Case, digits, punctuation and words such as "set" or "images" do not count.
     */
    public static Optional<Split> named(String name) {
        String word = Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"))
                .filter(w -> !FILLERS.contains(w))
                .collect(Collectors.joining());
        return Arrays.stream(values()).filter(s -> s.names.contains(word)).findFirst();
    }

    /** Its usual name: train, val or test. */
    String word() {
        return names.get(0);
    }
}
