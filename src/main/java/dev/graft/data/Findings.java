package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The number of pictures of each class, how the folders were understood, and everything that was skipped or looks odd.
 *
 * @param root the folder that was opened
 * @param classes class names, in label order
 * @param trainCounts training pictures of each class, in label order
 * @param validationCounts validation pictures of each class, in label order
 * @param testCounts test pictures of each class, in label order
 * @param taken how the folders were understood, such as {@code training_set/ is taken to train on, test_set/ to validate
 *     with}; empty for a folder with only {@code train} and {@code val}
 * @param findings what was skipped or looks odd, in the order in which it was found
 */
public record Findings(
        Path root,
        List<String> classes,
        List<Integer> trainCounts,
        List<Integer> validationCounts,
        List<Integer> testCounts,
        List<String> taken,
        List<Finding> findings) {
    private static final int CLASSES_SHOWN = 20;
    private static final int PATHS_SHOWN = 5;

    public Findings {
        classes = List.copyOf(classes);
        trainCounts = List.copyOf(trainCounts);
        validationCounts = List.copyOf(validationCounts);
        testCounts = List.copyOf(testCounts);
        taken = List.copyOf(taken);
        findings = List.copyOf(findings);
        for (List<Integer> counts : List.of(trainCounts, validationCounts, testCounts))
            if (counts.size() != classes.size())
                throw new IllegalArgumentException(
                        "one count for each of the " + classes.size() + " classes, were " + counts.size());
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
        int tested = sum(testCounts);
        lines.add("%d classes, %d pictures to train on, %d to validate with"
                        .formatted(classes.size(), sum(trainCounts), sum(validationCounts))
                + (tested == 0 ? "" : ", " + tested + " to test with in the end"));
        taken.forEach(line -> lines.add("  " + Names.printable(line)));
        for (int i = 0; i < Math.min(classes.size(), CLASSES_SHOWN); i++)
            lines.add("  %s: %d train, %d val"
                            .formatted(Names.printable(classes.get(i)), trainCounts.get(i), validationCounts.get(i))
                    + (tested == 0 ? "" : ", " + testCounts.get(i) + " test"));
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

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
