package dev.graft.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Splits pictures with any number of labels into training and validation, so that each label has about the wanted fraction
 * in validation: iterative stratification (Sechidis, Tsoumakas and Vlahavas, On the stratification of multi-label data,
 * 2011). The rarest label is dealt first; each picture goes where its label is missing most. Pictures without a label come
 * last.
 *
 * <p>The result is the same on every machine for the same labels, fraction and seed. The training pictures keep at least one
 * picture of each label.
 */
final class LabelledSplit {
    private final List<List<Integer>> labels;
    private final int[] order;
    private final int[] left; // pictures of each label that are not dealt yet
    private final double[] wantedAside;
    private final double[] wantedToTrain;
    private double allAside;
    private double allToTrain;
    private final BitSet dealt = new BitSet();
    private final BitSet validation = new BitSet();

    /** @param labels of each picture, at least two pictures; indices below {@code count} */
    LabelledSplit(StratifiedSplit split, List<List<Integer>> labels, int count) {
        this.labels = labels;
        this.left = new int[count];
        labels.forEach(of -> of.forEach(label -> left[label]++));
        this.wantedAside = new double[count];
        this.wantedToTrain = new double[count];
        for (int c = 0; c < count; c++) {
            wantedAside[c] = left[c] * split.validationFraction();
            wantedToTrain[c] = left[c] - wantedAside[c];
        }
        allAside = labels.size() * split.validationFraction();
        allToTrain = labels.size() - allAside;
        this.order = shuffled(labels.size(), split.seed());
    }

    private static int[] shuffled(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = (int) Long.remainderUnsigned(random.nextLong(), i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** The pictures that are set aside; none if the training pictures cannot miss one. */
    BitSet validation() {
        List<List<Integer>> byLabel = byLabel();
        for (int label = rarest(); label >= 0; label = rarest())
            for (int picture : byLabel.get(label)) if (!dealt.get(picture)) deal(picture, label);
        for (int picture : order) if (!dealt.get(picture)) deal(picture, -1);
        for (List<Integer> pictures : byLabel)
            if (!pictures.isEmpty() && pictures.stream().allMatch(validation::get)) validation.clear(pictures.get(0));
        if (validation.cardinality() == order.length) validation.clear(order[0]);
        for (int i = 0; validation.isEmpty() && i < order.length; i++)
            if (canMiss(order[i], byLabel)) validation.set(order[i]);
        return validation;
    }

    /** Whether each label of the picture is on another one too, where nothing is set aside yet. */
    private boolean canMiss(int picture, List<List<Integer>> byLabel) {
        return labels.get(picture).stream().allMatch(label -> byLabel.get(label).size() > 1);
    }

    /** The pictures of each label, in the shuffled order. */
    private List<List<Integer>> byLabel() {
        List<List<Integer>> all = new ArrayList<>();
        for (int c = 0; c < left.length; c++) all.add(new ArrayList<>());
        for (int picture : order)
            labels.get(picture).forEach(label -> all.get(label).add(picture));
        return all;
    }

    /** The label with the fewest pictures left, but some; -1 if none has any. */
    private int rarest() {
        int rarest = -1;
        for (int c = 0; c < left.length; c++) if (left[c] > 0 && (rarest < 0 || left[c] < left[rarest])) rarest = c;
        return rarest;
    }

    /** @param label decides; -1 for a picture without one */
    private void deal(int picture, int label) {
        boolean aside = label < 0 || wantedAside[label] == wantedToTrain[label]
                ? allAside > allToTrain
                : wantedAside[label] > wantedToTrain[label];
        dealt.set(picture);
        if (aside) validation.set(picture);
        for (int c : labels.get(picture)) {
            left[c]--;
            if (aside) wantedAside[c]--;
            else wantedToTrain[c]--;
        }
        if (aside) allAside--;
        else allToTrain--;
    }
}
