package dev.graft.study;

import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.head.Folds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which pictures train and which judge.
 *
 * @param data as it was opened
 * @param judged all pictures that judge: those that are dealt into folds, or the validation pictures
 * @param folds number of folds; 0 for none
 * @param seed of the first dealing
 */
record Division(ImageFolder data, List<Sample> judged, int folds, long seed) {
    private static final Comparator<Sample> ORDER =
            Comparator.comparingInt(Sample::label).thenComparing(s -> s.file().toString());

    /**
     * The training pictures are dealt. Where the validation pictures were only chosen by a seed, these are dealt as well.
     */
    static Division of(ImageFolder data, int folds, long seed) {
        if (data.isMultiLabel())
            throw new IllegalArgumentException(
                    "study: " + data.root()
                            + " is multi-label, and studies deal pictures of one class each; train it without folds, seeds and grid");
        if (folds == 0) {
            if (data.validation().isEmpty())
                throw new IllegalArgumentException("study: " + data.root()
                        + " has no pictures to validate with; deal the training pictures into folds, or add some");
            return new Division(data, data.validation(), 0, seed);
        }
        List<Sample> dealt = !data.isDivided()
                ? data.train()
                : Stream.concat(data.train().stream(), data.validation().stream())
                        .sorted(ORDER)
                        .toList();
        Division division = new Division(data, dealt, folds, seed);
        int count = division.dealt(0).count();
        if (count < folds)
            throw new IllegalArgumentException(
                    "study: for " + folds + " folds there are too few pictures in classes of two"
                            + " and more; take at most " + count + " folds, or add pictures");
        return division;
    }

    /** The folds of a seed: each seed deals anew. */
    private Folds dealt(int number) {
        int[] labels = judged.stream().mapToInt(Sample::label).toArray();
        return Folds.deal(labels, data.classes().size(), folds, seed + number);
    }

    /** The indices of the pictures that judge a run. */
    int[] judges(Member member) {
        if (folds == 0) return IntStream.range(0, judged.size()).toArray();
        int[] of = dealt(member.seed()).of();
        return IntStream.range(0, of.length).filter(i -> of[i] == member.fold()).toArray();
    }

    /** The pictures of a run. Pictures alone in their class train every one. */
    ImageFolder pictures(Member member) {
        if (folds == 0) return data.with(data.train(), judged);
        int[] of = dealt(member.seed()).of();
        List<Sample> train = new ArrayList<>();
        List<Sample> validation = new ArrayList<>();
        for (int i = 0; i < of.length; i++) (of[i] == member.fold() ? validation : train).add(judged.get(i));
        return data.with(train, validation);
    }

    /** All pictures that may train; the validation pictures, where they are other ones, judge. */
    ImageFolder all() {
        return folds > 0 && data.isDivided()
                ? data.with(judged, List.of())
                : data.with(data.train(), data.validation());
    }
}
