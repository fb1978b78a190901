package dev.graft.evaluate;

import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import java.util.ArrayList;
import java.util.List;

/** Which pictures of a data set are evaluated. */
public enum Part {
    /**
     * The test pictures if there are any, else the validation pictures. All pictures if the data is not split at all:
     * then Graft would choose the validation pictures itself.
     */
    AUTO("auto"),
    /** The training pictures. */
    TRAIN("train"),
    /** The validation pictures, or those that Graft chooses by the seed where the data is not split. */
    VALIDATION("val"),
    /** The test pictures. */
    TEST("test"),
    /** The pictures of all splits. */
    ALL("all");

    private final String word;

    Part(String word) {
        this.word = word;
    }

    /** The usual word for it: auto, train, val, test or all. */
    public String word() {
        return word;
    }

    /** The part that {@link #AUTO} means for this data; else this one. */
    public Part in(ImageFolder data) {
        if (this != AUTO) return this;
        if (!data.test().isEmpty()) return TEST;
        return data.isDivided() ? ALL : VALIDATION;
    }

    /**
     * The pictures of this part, sorted by split, class and name.
     *
     * @throws IllegalArgumentException when there are none
     */
    public List<Sample> of(ImageFolder data) {
        List<Sample> samples = new ArrayList<>();
        switch (in(data)) {
            case TRAIN -> samples.addAll(data.train());
            case VALIDATION -> samples.addAll(data.validation());
            case TEST -> samples.addAll(data.test());
            default -> {
                samples.addAll(data.train());
                samples.addAll(data.validation());
                samples.addAll(data.test());
            }
        }
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("evaluate: " + data.root()
                    + " has no test pictures beside pictures to validate with; take the part val or all");
        }
        return samples;
    }
}
