package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pictures of a place with their labels, in their splits.
 *
 * @param multiLabel whether a picture may have any number of labels
 * @param divided whether the validation pictures were chosen from the training pictures
 * @param taken how the place was understood, in words for the user
 */
record Listed(
        List<String> classes,
        Part train,
        Part validation,
        Part test,
        boolean multiLabel,
        boolean divided,
        List<String> taken) {
    /**
     * The pictures of one split.
     *
     * @param pictures as the scan found them; empty if they are of another part
     * @param samples the pictures with their labels, in the same order
     */
    record Part(List<Picture> pictures, List<Sample> samples, Findings.Counts counts) {
        private static Part of(List<List<Picture>> byClass) {
            List<Sample> samples = new ArrayList<>();
            for (int label = 0; label < byClass.size(); label++)
                for (Picture picture : byClass.get(label)) samples.add(new Sample(picture.file(), label));
            List<Integer> counts = byClass.stream().map(List::size).toList();
            return new Part(Division.flat(byClass), List.copyOf(samples), new Findings.Counts(counts, samples.size()));
        }
    }

    /** Others of these pictures to train on and to validate with, and none to test with. */
    Listed with(List<Sample> trained, List<Sample> validated) {
        return new Listed(classes, part(trained), part(validated), part(List.of()), multiLabel, divided, taken);
    }

    private Part part(List<Sample> samples) {
        Integer[] counts = new Integer[classes.size()];
        Arrays.fill(counts, 0);
        samples.forEach(s -> s.labels().forEach(label -> counts[label]++));
        return new Part(List.of(), List.copyOf(samples), new Findings.Counts(List.of(counts), samples.size()));
    }

    /** Pictures of one class each. */
    static Listed of(Division division) {
        return new Listed(
                List.copyOf(division.classes()),
                Part.of(division.train()),
                Part.of(division.validation()),
                Part.of(division.test()),
                false,
                division.divided(),
                division.taken());
    }
}
