package dev.graft.report.html;

import dev.graft.metrics.Scores;
import dev.graft.report.Suspects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Pictures under one heading.
 *
 * @param shortTitle for the list of contents
 * @param text one sentence about them
 */
record Gallery(String id, String title, String shortTitle, String text, List<Shown> pictures) {
    private static final int MOST_MISTAKES = 24;
    private static final int MOST_EXAMPLES = 48;
    private static final int MOST_OF_A_CLASS = 6;

    /**
     * One picture.
     *
     * @param verdict what the model says of it
     * @param right whether that is its class
     */
    record Shown(
            String file,
            Optional<Thumbnails.Thumbnail> thumbnail,
            Optional<Thumbnails.Thumbnail> overlay,
            String actual,
            String verdict,
            boolean right) {}

    /** The mistakes of which the model was surest; empty if there are none. */
    static Optional<Gallery> mistakes(String id, Predictions p, Thumbnails thumbnails) {
        List<Integer> wrong = surest(p, i -> !p.isRight(i));
        if (wrong.isEmpty()) return Optional.empty();
        List<Shown> shown = wrong.stream()
                .limit(MOST_MISTAKES)
                .map(i -> shown(p, i, thumbnails, true))
                .toList();
        String some = wrong.size() > shown.size() ? "the " + shown.size() + " surest of " : "";
        String what = p.isMultiLabel() ? " with a wrong or missing label" : " taken for another class";
        return Optional.of(new Gallery(
                id,
                "Surest mistakes: " + p.name().toLowerCase(Locale.ROOT),
                "Mistakes",
                "Shown: " + some + Text.count(wrong.size(), "picture") + what + ", the surest first.",
                shown));
    }

    /** Training pictures that may lie in the wrong class; empty if there are none. */
    static Optional<Gallery> suspects(List<OutOfFold> all, Thumbnails thumbnails) {
        List<OutOfFold> suspects = Suspects.of(all, Suspects.MOST);
        if (suspects.isEmpty()) return Optional.empty();
        List<Shown> shown = suspects.stream()
                .map(s -> new Shown(
                        s.file(),
                        thumbnails.of(s.file()),
                        Optional.empty(),
                        s.actual(),
                        "rather " + s.predicted() + "; " + s.actual() + " " + Text.percent(s.probability(), 1),
                        false))
                .toList();
        return Optional.of(new Gallery(
                "suspects",
                "Likely mislabelled training pictures",
                "Mislabelled?",
                "Heads that were fitted without a picture find another class more than three times as likely, the"
                        + " surest first. Look at these first when you clean the data.",
                shown));
    }

    /** Some pictures of each class, spread over its list. */
    static Gallery examples(Predictions p, Thumbnails thumbnails) {
        int classes = p.classes().size();
        int each = Math.max(1, Math.min(MOST_OF_A_CLASS, MOST_EXAMPLES / classes));
        List<Shown> shown = new ArrayList<>();
        for (int label = 0; label < Math.min(classes, MOST_EXAMPLES); label++)
            for (int i : spread(p.scores(), label, each)) shown.add(shown(p, i, thumbnails, false));
        String some = classes > MOST_EXAMPLES ? " Only the first " + MOST_EXAMPLES + " classes are shown." : "";
        return new Gallery(
                "examples",
                "Examples of each class",
                "Examples",
                p.name() + " pictures, spread over each class, and what the model says of them." + some,
                shown);
    }

    private static Shown shown(Predictions p, int i, Thumbnails thumbnails, boolean explained) {
        String file = p.files().get(i);
        Optional<Thumbnails.Thumbnail> thumbnail = thumbnails.of(file);
        if (p.isMultiLabel()) return ofLabels(p, i, thumbnails, explained);
        return new Shown(
                file,
                thumbnail,
                explained && thumbnail.isPresent() ? thumbnails.explained(file, p.predicted(i)) : Optional.empty(),
                p.actual(i),
                p.predicted(i) + " " + Text.percent(p.probability(i, p.scores().predicted(i)), 1),
                p.isRight(i));
    }

    /** The overlay is of the label that is the most wrong. */
    private static Shown ofLabels(Predictions p, int i, Thumbnails thumbnails, boolean explained) {
        String file = p.files().get(i);
        int worst = p.worst(i);
        String about = p.classes().get(worst) + " " + Text.percent(p.probability(i, worst), 1);
        return new Shown(
                file,
                thumbnails.of(file),
                explained ? thumbnails.explained(file, p.classes().get(worst)) : Optional.empty(),
                p.labels(i, false),
                p.labels(i, true) + "; " + about,
                p.isRight(i));
    }

    private static List<Integer> surest(Predictions p, IntPredicate which) {
        return IntStream.range(0, p.scores().count())
                .filter(which)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -surety(p, i)))
                .toList();
    }

    private static double surety(Predictions p, int i) {
        return p.isMultiLabel()
                ? p.wrong(i, p.worst(i))
                : p.probability(i, p.scores().predicted(i));
    }

    private static int[] spread(Scores s, int label, int most) {
        int[] all = IntStream.range(0, s.count()).filter(i -> s.has(i, label)).toArray();
        int n = Math.min(most, all.length);
        return IntStream.range(0, n)
                .map(k -> all[(int) ((long) k * all.length / n)])
                .toArray();
    }

    boolean hasThumbnails() {
        return pictures.stream().anyMatch(p -> p.thumbnail().isPresent());
    }
}
