package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Collects pictures with any number of labels, to make a {@link Listed} of them. */
final class LabelledPictures {
    /** Separates labels where several stand in one text, such as a line of predictions. */
    private static final String SEPARATOR = "|";

    /** A picture. @param path relative to the base, for the order */
    private record Found(String path, Picture picture, List<String> labels) {}

    private final Path base;
    private final String where;
    private final Map<Split, List<Found>> found = new EnumMap<>(Split.class);

    /** @param where the name of the place, for errors */
    LabelledPictures(Path base, String where) {
        this.base = base;
        this.where = where;
    }

    void add(Split split, List<String> labels, Picture picture) {
        String path = Names.below(base, picture.file()).toString().replace('\\', '/');
        found.computeIfAbsent(split, s -> new ArrayList<>()).add(new Found(path, picture, labels));
    }

    /**
     * Divides them. The labels are those of the training pictures. If there are test pictures but no validation pictures, the
     * test pictures are used for validation.
     *
     * @param known what is known so far about how the place was understood
     */
    Listed divided(StratifiedSplit split, List<String> known) throws DatasetException {
        if (!found.containsKey(Split.TRAIN))
            throw new DatasetException(where + " has no pictures to train on (found only: "
                    + found.keySet().stream().map(Split::word).toList() + ")");
        List<String> taken = new ArrayList<>(known);
        if (!found.containsKey(Split.VALIDATION) && found.containsKey(Split.TEST)) {
            found.put(Split.VALIDATION, found.remove(Split.TEST));
            taken.add("test is taken to validate with, as nothing else is given for it");
        }
        found.values().forEach(list -> list.sort(Comparator.comparing(Found::path, Names.BY_CODE_POINT)));
        List<String> labels = labels();
        taken.add(said());
        boolean divides = !found.containsKey(Split.VALIDATION);
        if (divides) setAside(labels, split, taken);
        return new Listed(
                labels,
                part(Split.TRAIN, labels),
                part(Split.VALIDATION, labels),
                part(Split.TEST, labels),
                true,
                divides,
                taken);
    }

    private List<String> labels() throws DatasetException {
        TreeSet<String> labels = new TreeSet<>(Names.BY_CODE_POINT);
        found.get(Split.TRAIN).forEach(f -> labels.addAll(f.labels()));
        Division.requireTwo(List.copyOf(labels), where);
        for (String label : labels)
            if (label.contains(SEPARATOR))
                throw new DatasetException(where + ": label '" + label + "' contains " + SEPARATOR
                        + ", which stands between labels in predictions; give it another name");
        for (Map.Entry<Split, List<Found>> e : found.entrySet()) {
            TreeSet<String> others = new TreeSet<>(Names.BY_CODE_POINT);
            e.getValue().forEach(f -> others.addAll(f.labels()));
            others.removeAll(labels);
            if (!others.isEmpty())
                throw new DatasetException("labels in the " + e.getKey().word() + " set of " + where
                        + " that no picture to train on has: " + Names.some(List.copyOf(others)));
        }
        return List.copyOf(labels);
    }

    /** How many labels a picture has. */
    private String said() {
        List<Found> all = found.values().stream().flatMap(List::stream).toList();
        double mean = all.stream().mapToInt(f -> f.labels().size()).average().orElse(0);
        long without = all.stream().filter(f -> f.labels().isEmpty()).count();
        return String.format(
                Locale.ROOT,
                "multi-label: a picture has any number of labels, %.2f on average%s",
                mean,
                without == 0 ? "" : "; " + without + (without == 1 ? " has none" : " have none"));
    }

    private void setAside(List<String> labels, StratifiedSplit split, List<String> taken) throws DatasetException {
        List<Found> all = found.get(Split.TRAIN);
        BitSet chosen = new LabelledSplit(split, indices(all, labels), labels.size()).validation();
        if (chosen.isEmpty())
            throw new DatasetException(
                    where + " has no picture that could be set aside to validate with: each has a label"
                            + " that no other has; give more pictures, or say in a column split which validate");
        found.put(Split.VALIDATION, StratifiedSplit.select(all, chosen, true));
        found.put(Split.TRAIN, StratifiedSplit.select(all, chosen, false));
        taken.add("nothing given to validate with: " + split.validationFraction()
                + " of the pictures of each label is set aside for it, by seed " + split.seed());
    }

    private static List<List<Integer>> indices(List<Found> pictures, List<String> labels) {
        return pictures.stream()
                .map(f -> f.labels().stream().map(labels::indexOf).sorted().toList())
                .toList();
    }

    private Listed.Part part(Split split, List<String> labels) {
        List<Found> pictures = found.getOrDefault(split, List.of());
        List<List<Integer>> indices = indices(pictures, labels);
        List<Sample> samples = new ArrayList<>();
        int[] counts = new int[labels.size()];
        for (int i = 0; i < pictures.size(); i++) {
            samples.add(new Sample(pictures.get(i).picture().file(), indices.get(i)));
            for (int label : indices.get(i)) counts[label]++;
        }
        return new Listed.Part(
                pictures.stream().map(Found::picture).toList(),
                List.copyOf(samples),
                new Findings.Counts(Arrays.stream(counts).boxed().toList(), samples.size()));
    }
}
