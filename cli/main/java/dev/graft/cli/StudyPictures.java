package dev.graft.cli;

import dev.graft.data.Findings;
import dev.graft.data.ImageFolder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which pictures a study trains and judges with, in words.
 *
 * @param folds number of folds; 0 for none
 * @param last whether a final model is trained
 */
record StudyPictures(ImageFolder data, int folds, boolean last) {
    private static final String SET_ASIDE = "nothing given to validate with";
    private static final int SHOWN = 5;

    /** Prints how the folder was understood, and what has no part in the study. */
    void tell(PrintStream out) {
        findings().lines().forEach(out::println);
        int validation = data.validation().size();
        if (folds > 0 && !dealsAll() && validation > 0)
            out.println("study: the " + Units.count(validation, "validation picture") + " have no part in the folds"
                    + (last ? "; they judge the final model" : ""));
        if (!data.test().isEmpty())
            out.println("study: the " + Units.count(data.test().size(), "test picture")
                    + " have no part in it; graft evaluate tries a model on them");
        List<String> small = small();
        if (!small.isEmpty())
            out.println("study: fewer pictures than folds, so some folds judge without that class: "
                    + String.join(", ", small.subList(0, Math.min(SHOWN, small.size())))
                    + (small.size() > SHOWN ? " and " + (small.size() - SHOWN) + " more" : "")
                    + "; take fewer folds, or add pictures");
    }

    /** Whether the pictures that a seed chose to validate with are dealt to the folds too. */
    private boolean dealsAll() {
        return folds > 0 && data.isDivided();
    }

    /** How many pictures train the final model. */
    int ofTheFinalModel() {
        return data.train().size() + (dealsAll() ? data.validation().size() : 0);
    }

    private Findings findings() {
        Findings found = data.findings();
        if (!dealsAll()) return found;
        List<String> taken = new ArrayList<>(found.taken());
        taken.replaceAll(line -> line.startsWith(SET_ASIDE)
                ? SET_ASIDE + ": all are dealt to " + folds + " folds, and each fold validates once"
                : line);
        Findings.Counts all = new Findings.Counts(
                counts(), found.train().pictures() + found.validation().pictures());
        Findings.Counts none = new Findings.Counts(counts().stream().map(c -> 0).toList(), 0);
        return new Findings(found.root(), found.classes(), all, none, found.test(), taken, found.findings());
    }

    /** The dealt pictures of each class. */
    private List<Integer> counts() {
        Findings found = data.findings();
        return IntStream.range(0, found.classes().size())
                .map(c -> found.trainCounts().get(c)
                        + (dealsAll() ? found.validationCounts().get(c) : 0))
                .boxed()
                .toList();
    }

    /** The classes that some fold lacks, each with its pictures. */
    private List<String> small() {
        List<Integer> counts = counts();
        return folds == 0
                ? List.of()
                : Stream.iterate(0, c -> c < counts.size(), c -> c + 1)
                        .filter(c -> counts.get(c) < folds)
                        .map(c -> data.classes().get(c) + " (" + counts.get(c)
                                + (counts.get(c) == 1 ? ", which always trains)" : ")"))
                        .toList();
    }
}
