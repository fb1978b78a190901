package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The number of pictures of each class, how the folders were understood, and everything that was skipped or looks odd.
 *
 * @param root the folder that was opened
 * @param classes class names, in label order
 * @param train the number of training pictures
 * @param validation the number of validation pictures
 * @param test the number of test pictures
 * @param taken how the folders were understood, such as {@code training_set/ is taken to train on, test_set/ to validate
 *     with}; empty for a folder with only {@code train} and {@code val}
 * @param findings what was skipped or looks odd, in the order in which it was found
 */
public record Findings(
        Path root,
        List<String> classes,
        Counts train,
        Counts validation,
        Counts test,
        List<String> taken,
        List<Finding> findings) {
    private static final int CLASSES_SHOWN = 20;
    private static final int PATHS_SHOWN = 5;

    /**
     * The number of pictures of a split.
     *
     * @param ofEach those of each class, or with each label, in label order
     * @param pictures all; with multi-label data this is not the sum
     */
    public record Counts(List<Integer> ofEach, int pictures) {
        /** Copies the list. */
        public Counts {
            ofEach = List.copyOf(ofEach);
        }
    }

    /** Checks the numbers of counts. */
    public Findings {
        classes = List.copyOf(classes);
        taken = List.copyOf(taken);
        findings = List.copyOf(findings);
        for (Counts counts : List.of(train, validation, test))
            if (counts.ofEach().size() != classes.size())
                throw new IllegalArgumentException("one count for each of the " + classes.size() + " classes, were "
                        + counts.ofEach().size());
    }

    /** Training pictures of each class, in label order. */
    public List<Integer> trainCounts() {
        return train.ofEach();
    }

    /** Validation pictures of each class, in label order. */
    public List<Integer> validationCounts() {
        return validation.ofEach();
    }

    /** Test pictures of each class, in label order. */
    public List<Integer> testCounts() {
        return test.ofEach();
    }

    /** The findings of one kind, in the order in which they were found. */
    public List<Finding> of(Finding.Kind kind) {
        return findings.stream().filter(f -> f.kind() == kind).toList();
    }

    /**
     * The report for users: first the counts, then how the folders were understood, then one paragraph for each kind of
     * finding. Long lists are shortened, and the text says so.
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        int tested = test.pictures();
        lines.add("%d classes, %d pictures to train on, %d to validate with"
                        .formatted(classes.size(), train.pictures(), validation.pictures())
                + (tested == 0 ? "" : ", " + tested + " to test with in the end"));
        taken.forEach(line -> lines.add("  " + Names.printable(line)));
        for (int i = 0; i < Math.min(classes.size(), CLASSES_SHOWN); i++)
            lines.add("  %s: %d train, %d val"
                            .formatted(
                                    Names.printable(classes.get(i)),
                                    trainCounts().get(i),
                                    validationCounts().get(i))
                    + (tested == 0 ? "" : ", " + testCounts().get(i) + " test"));
        addRest(lines, classes.size() - CLASSES_SHOWN, " classes");
        for (Finding.Kind kind : Finding.Kind.values()) {
            List<Finding> found = of(kind);
            if (found.isEmpty()) continue;
            String allowed = kind == Finding.Kind.NOT_A_PICTURE ? " (allowed: " + Names.PICTURES_ALLOWED + ")" : "";
            lines.add(found.size() + " " + kind.meaning() + allowed);
            found.stream().limit(PATHS_SHOWN).map(this::line).forEach(lines::add);
            addRest(lines, found.size() - PATHS_SHOWN, "");
        }
        return List.copyOf(lines);
    }

    private String line(Finding finding) {
        String where = Names.printable(Names.below(root, finding.path()).toString());
        return "  " + where + (finding.detail().isEmpty() ? "" : ": " + Names.printable(finding.detail()));
    }

    private static void addRest(List<String> lines, int rest, String what) {
        if (rest > 0) lines.add("  ... and " + rest + " more" + what);
    }
}
