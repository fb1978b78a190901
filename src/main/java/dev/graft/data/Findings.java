package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How many pictures each class has, and everything in the folder that was skipped or looks odd.
 *
 * @param root the folder that was opened
 * @param classes class names, in label order
 * @param trainCounts training pictures of each class, in label order
 * @param validationCounts validation pictures of each class, in label order
 * @param findings what was skipped or odd, in the order met
 */
public record Findings(
        Path root,
        List<String> classes,
        List<Integer> trainCounts,
        List<Integer> validationCounts,
        List<Finding> findings) {
    private static final int CLASSES_SHOWN = 20;
    private static final int PATHS_SHOWN = 5;

    public Findings {
        classes = List.copyOf(classes);
        trainCounts = List.copyOf(trainCounts);
        validationCounts = List.copyOf(validationCounts);
        findings = List.copyOf(findings);
        if (trainCounts.size() != classes.size() || validationCounts.size() != classes.size())
            throw new IllegalArgumentException("one count for each of the " + classes.size() + " classes, were "
                    + trainCounts.size() + " and " + validationCounts.size());
    }

    /** The findings of one kind, in the order met. */
    public List<Finding> of(Finding.Kind kind) {
        return findings.stream().filter(f -> f.kind() == kind).toList();
    }

    /** The report for people: counts first, then one paragraph for each kind of finding; long lists are cut and say so. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("%d classes, %d pictures to train on, %d to validate with"
                .formatted(classes.size(), sum(trainCounts), sum(validationCounts)));
        for (int i = 0; i < Math.min(classes.size(), CLASSES_SHOWN); i++)
            lines.add("  %s: %d train, %d val"
                    .formatted(Names.printable(classes.get(i)), trainCounts.get(i), validationCounts.get(i)));
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
        String where = Names.printable(root.relativize(finding.path()).toString());
        return "  " + where + (finding.detail().isEmpty() ? "" : ": " + Names.printable(finding.detail()));
    }

    private static void addRest(List<String> lines, int rest, String what) {
        if (rest > 0) lines.add("  ... and " + rest + " more" + what);
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
