package dev.graft.head;

import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Judges settings by pictures that the heads were not fitted to. Use it from one thread. */
final class CrossValidation {
    /** The tolerance of the mean loss. Comparing settings needs less precision than fitting the final head. */
    private static final double TOLERANCE = 1e-3;

    private static final double FAR = 1e100;

    private final HeadData data;
    private final List<Folds> repeats = new ArrayList<>();
    private final double judgedPictures;

    CrossValidation(HeadData data, int folds, int times, long seed) {
        this.data = data;
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < times; i++) repeats.add(Folds.deal(data, folds, seeds.nextLong()));
        judgedPictures = Arrays.stream(repeats.get(0).judged()).sum();
    }

    int folds() {
        return repeats.get(0).count();
    }

    int repeats() {
        return repeats.size();
    }

    /** The starting points for the heads of all folds. A good starting point, from a similar setting, shortens the fit. */
    double[][] starts(Design design) {
        return new double[repeats() * folds()][design.variables()];
    }

    /**
     * Judges a setting.
     *
     * @param starts the starting points; on return, the fitted heads
     */
    Judged judge(Design design, double penalty, Weighting weighting, double[][] starts) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            double[] weights = weighting.weights(data);
            List<Tensor> logits = new ArrayList<>();
            for (int r = 0; r < repeats(); r++) {
                Tensor all = torch.zeros(new long[] {data.pictures(), data.classes()})
                        .to(torch.ScalarType.Double);
                for (int f = 0; f < folds(); f++) {
                    double[] head = starts[r * folds() + f];
                    addLogits(design, fold(design, penalty, weights, repeats.get(r), f, head), repeats.get(r), f, all);
                }
                logits.add(all);
            }
            Tensor all = torch.cat(new TensorVector(logits.toArray(Tensor[]::new)), 0);
            return judged(design, new Trial.Setting(penalty, weighting, design.hasViews()), all);
        }
    }

    private static double[] fold(
            Design design, double penalty, double[] weights, Folds folds, int fold, double[] head) {
        double[] without = weights.clone();
        double[] judged = folds.judgedBy(fold);
        int pictures = 0;
        for (int i = 0; i < without.length; i++) {
            without[i] *= 1 - judged[i];
            if (without[i] > 0) pictures++;
        }
        try (SoftmaxLoss loss = new SoftmaxLoss(design, without, penalty / pictures)) {
            loss.minimize(head, TOLERANCE);
        }
        return head;
    }

    private void addLogits(Design design, double[] head, Folds folds, int fold, Tensor all) {
        try (NativeScope scope = NativeScope.open()) {
            Tensor solution = Tensor.create(head, design.rows().size(1), data.classes());
            Tensor mask = Tensor.create(folds.judgedBy(fold), data.pictures(), 1);
            all.add_(design.pictures().mm(solution).mul_(mask));
        }
    }

    /** @param logits float64 [repeats * pictures, classes] */
    private Judged judged(Design design, Trial.Setting setting, Tensor logits) {
        Tensor labels = design.labelColumn().narrow(0, 0, data.pictures()).repeat(repeats(), 1);
        double[] judged = repeats.get(0).judged();
        double[] rowWeights = new double[judged.length * repeats()];
        for (int i = 0; i < rowWeights.length; i++)
            rowWeights[i] = judged[i % judged.length] / (judgedPictures * repeats());
        Tensor weights = Tensor.create(rowWeights, rowWeights.length, 1);
        double inverse = new Temperature(logits, labels, weights, judgedPictures).inverse();
        Tensor log = torch.log_softmax(logits.mul(new Scalar(inverse)), 1);
        Tensor right = logits.argmax(new LongOptional(1), true).eq(labels).to(torch.ScalarType.Double);
        double[] losses = means(log.gather(1, labels).neg(), judged);
        double[] rights = means(right, judged);
        Trial trial =
                new Trial(setting, 1 / inverse, Judged.estimate(losses), Judged.estimate(rights), balanced(rights));
        return new Judged(trial, losses, rights, outOfFold(log, judged));
    }

    /** The mean of each picture over the repeats; NaN if no fold judges the picture. */
    private double[] means(Tensor column, double[] judged) {
        double[] all = Design.doubles(column.view(repeats(), data.pictures()).mean(new long[] {0}, false, none()));
        for (int i = 0; i < all.length; i++) if (judged[i] == 0) all[i] = Double.NaN;
        return all;
    }

    private static ScalarTypeOptional none() {
        return new ScalarTypeOptional();
    }

    private OutOfFold outOfFold(Tensor log, double[] judged) {
        Tensor probabilities =
                log.exp().view(repeats(), data.pictures(), data.classes()).mean(new long[] {0}, false, none());
        Tensor top = probabilities.argmax(new LongOptional(1), true);
        double[] predicted = Design.doubles(top.to(torch.ScalarType.Double));
        double[] best = Design.doubles(probabilities.gather(1, top));
        long[] own = Arrays.stream(data.labels()).asLongStream().toArray();
        double[] probability = Design.doubles(probabilities.gather(1, Tensor.create(own, own.length, 1)));
        int[] classes = new int[predicted.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = judged[i] == 0 ? -1 : (int) predicted[i];
            if (judged[i] == 0) probability[i] = best[i] = Double.NaN;
        }
        return new OutOfFold(classes, probability, best);
    }

    /** The balanced accuracy: the mean over the judged classes of the mean over their pictures. */
    double balanced(double[] right) {
        double[] sums = new double[data.classes()];
        int[] counts = new int[data.classes()];
        for (int i = 0; i < right.length; i++) {
            if (Double.isNaN(right[i])) continue;
            sums[data.labels()[i]] += right[i];
            counts[data.labels()[i]]++;
        }
        double sum = 0;
        int classes = 0;
        for (int c = 0; c < sums.length; c++) {
            if (counts[c] == 0) continue;
            sum += sums[c] / counts[c];
            classes++;
        }
        return sum / classes;
    }

    /**
     * The cross-validated accuracy of the nearest-mean classifier: it predicts the class whose mean, over the pictures
     * of the other folds, has the smallest Euclidean distance.
     */
    double nearestMean(Design design) {
        int right = 0;
        Folds folds = repeats.get(0);
        for (int f = 0; f < folds(); f++) {
            try (NativeScope scope = NativeScope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                right += nearest(design, folds, f);
            }
        }
        return right / judgedPictures;
    }

    private int nearest(Design design, Folds folds, int fold) {
        double[] judged = folds.judgedBy(fold);
        Tensor others = Tensor.create(Arrays.stream(judged).map(j -> 1 - j).toArray(), data.pictures(), 1);
        Tensor labels = design.labelColumn().narrow(0, 0, data.pictures()).view(-1);
        Tensor sums = torch.zeros(new long[] {data.classes(), design.rows().size(1)})
                .to(torch.ScalarType.Double)
                .index_add(0, labels, design.pictures().mul(others));
        Tensor counts = torch.zeros(new long[] {data.classes(), 1})
                .to(torch.ScalarType.Double)
                .index_add(0, labels, others);
        Tensor empty = counts.eq(new Scalar(0.0)).to(torch.ScalarType.Double);
        Tensor means = sums.div(counts.add(empty));
        Tensor near = design.pictures()
                .mm(means.t())
                .sub(means.square().sum(new long[] {1}, false, none()).div(new Scalar(2.0)))
                .sub(empty.mul(new Scalar(FAR)).view(-1));
        Tensor nearest = near.argmax(new LongOptional(1), false);
        double[] predicted = Design.doubles(nearest.to(torch.ScalarType.Double));
        int right = 0;
        for (int i = 0; i < judged.length; i++) if (judged[i] == 1 && predicted[i] == data.labels()[i]) right++;
        return right;
    }
}
