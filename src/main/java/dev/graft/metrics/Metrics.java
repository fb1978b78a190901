package dev.graft.metrics;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Graft's metrics. Each gives the same value as scikit-learn 1.9, except where its description says otherwise.
 *
 * <p>Without samples, every metric is NaN. For logits that are not finite see {@link Scores}; a metric that uses
 * probabilities is NaN if one row is NaN.
 */
public final class Metrics {
    /** The metrics without a parameter. Add a new one here. */
    private static final List<Metric> ALL = List.of(
            new Accuracy(),
            new LogLoss(),
            Macro.PRECISION,
            Macro.RECALL,
            Macro.F1,
            new BalancedAccuracy(),
            new CohenKappa(),
            new RocAuc(),
            new AveragePrecision(),
            new ExpectedCalibrationError(),
            new Brier());

    /** Those of a multi-label model. */
    private static final List<Metric> MULTI_LABEL = List.of(
            new Accuracy(),
            new LogLoss(),
            Macro.PRECISION,
            Macro.RECALL,
            Macro.F1,
            new MicroF1(),
            new HammingLoss(),
            new RocAuc(),
            new AveragePrecision());

    private static final Pattern TOP_K = Pattern.compile("top([1-9][0-9]{0,8})_accuracy");

    private Metrics() {}

    /** All metrics without a parameter for samples with one class each, in a fixed order. */
    public static List<Metric> all() {
        return ALL;
    }

    /** All metrics for samples with any number of labels, in a fixed order. */
    public static List<Metric> multiLabel() {
        return MULTI_LABEL;
    }

    /**
     * Checks that a metric is for multi-label models.
     *
     * @throws IllegalArgumentException if it is not; the message lists those that are
     */
    public static void requireMultiLabel(Metric metric) {
        if (metric.isForMultiLabel()) return;
        throw new IllegalArgumentException("metric: " + metric.name()
                + " is for pictures with exactly one class each, and this model is multi-label; take one of "
                + names(MULTI_LABEL.stream()));
    }

    /**
     * The metric with this name; {@code "top5_accuracy"} is {@link #topK} with 5.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Metric named(String name) {
        Matcher topK = TOP_K.matcher(name);
        if (topK.matches()) return topK(Integer.parseInt(topK.group(1)));
        return everyOne().filter(m -> m.name().equals(name)).findFirst().orElseThrow(() -> unknown(name));
    }

    private static Stream<Metric> everyOne() {
        return Stream.concat(ALL.stream(), MULTI_LABEL.stream()).distinct();
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("metric: unknown name \"" + name + "\", expected one of "
                + names(everyOne()) + ", top5_accuracy (or another k)");
    }

    private static String names(Stream<Metric> metrics) {
        return metrics.map(Metric::name).collect(Collectors.joining(", "));
    }

    /**
     * {@code accuracy}: the fraction of samples that are classified correctly (top-1), 0..1. With multi-label it is the
     * subset accuracy: the fraction of samples that get all their labels and no other.
     */
    public static Metric accuracy() {
        return new Accuracy();
    }

    /**
     * {@code top5_accuracy} for a {@code k} of 5: the fraction of samples whose class is among the {@code k} greatest
     * logits (Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, 2015). It is 1 if {@code k} is at
     * least the number of classes. Of equal logits, the first class counts as greater, so that top-1 equals {@link
     * #accuracy}; in scikit-learn the last one does.
     *
     * @param k 1 or more
     */
    public static Metric topK(int k) {
        return new TopK(k);
    }

    /**
     * {@code loss}: the mean over samples of minus the logarithm of the probability of the sample's class, the
     * cross-entropy that training minimises (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4). At
     * least 0; less is better. It is computed from the logits, so it is also correct where scikit-learn's {@code
     * log_loss} clips the probability at 2.2e-16. With multi-label it is the mean over samples and labels of the binary
     * cross-entropy.
     */
    public static Metric loss() {
        return new LogLoss();
    }

    /** {@code macro_precision}: the mean over classes of {@link PerClass#precision}, over the same classes as {@link #macroF1}. */
    public static Metric macroPrecision() {
        return Macro.PRECISION;
    }

    /** {@code macro_recall}: the mean over classes of {@link PerClass#recall}, over the same classes as {@link #macroF1}. */
    public static Metric macroRecall() {
        return Macro.RECALL;
    }

    /**
     * {@code macro_f1}: the mean over classes of {@link PerClass#f1} (Opitz and Burst, Macro F1 and Macro F1, 2019,
     * "averaged F1"). As in scikit-learn, only classes that occur as a label or as a prediction count; with multi-label,
     * all labels count.
     */
    public static Metric macroF1() {
        return Macro.F1;
    }

    /**
     * {@code micro_f1}: F1 from the sums over all labels of correct predictions, predictions and actual labels: {@code 2
     * correct / (predicted + actual)}, 0..1; 0 / 0 gives 0. With one class for each sample it is the accuracy.
     */
    public static Metric microF1() {
        return new MicroF1();
    }

    /**
     * {@code hamming_loss}: the fraction of pairs of sample and label that are wrong, 0..1; less is better (Tsoumakas and
     * Katakis, Multi-label classification: an overview, 2007). With one class for each sample it is the fraction of wrong
     * samples.
     */
    public static Metric hammingLoss() {
        return new HammingLoss();
    }

    /**
     * {@code balanced_accuracy}: the mean recall over the classes that occur as a label (Brodersen et al., The balanced
     * accuracy and its posterior distribution, 2010). Unlike {@link #macroRecall}, it ignores a class that occurs only
     * as a prediction.
     */
    public static Metric balancedAccuracy() {
        return new BalancedAccuracy();
    }

    /**
     * {@code cohen_kappa}: the agreement of predictions and labels beyond chance, (p_o - p_e) / (1 - p_e), where p_o is
     * the accuracy and p_e is the accuracy expected if predictions were drawn at random with their own frequencies
     * (Cohen, A coefficient of agreement for nominal scales, 1960). From -1 to 1; NaN if all samples and all
     * predictions are of one class.
     */
    public static Metric cohenKappa() {
        return new CohenKappa();
    }

    /**
     * {@code roc_auc}: the probability that a sample of a class has a greater score for this class than a sample of
     * another class; equal scores count half (Hanley and McNeil, The meaning and use of the area under a ROC curve,
     * 1982).
     *
     * <p>With two classes, it is the value of class 1, and the score is the logit of class 1 minus the logit of class
     * 0. This orders samples like the probability, but is never rounded to 1. With more classes, the score is the
     * probability, and the result is the unweighted mean of {@link PerClass#rocAuc} over the classes that have a value
     * (Fawcett, An introduction to ROC analysis, 2006, section 9.2). A class has no value if no sample or every sample
     * belongs to it. NaN if no class has a value. scikit-learn returns NaN for the mean as soon as one class has no
     * value. With multi-label, the score is the logit of the label, and the mean is over the labels, also of two.
     */
    public static Metric rocAuc() {
        return new RocAuc();
    }

    /**
     * {@code average_precision}: the area under the steps of precision over recall, the sum of (R_n - R_(n-1)) P_n over
     * the distinct scores, from the greatest down, without interpolation (Zhu, Recall, precision and average precision,
     * 2004).
     *
     * <p>Scores and mean are those of {@link #rocAuc}: with two classes, the value of class 1; with more, the mean of
     * {@link PerClass#averagePrecision}; with multi-label the mean over the labels, often called mAP. A class without samples has no recall and no value, and is left out;
     * scikit-learn counts it as 0. NaN if no class has a value.
     */
    public static Metric averagePrecision() {
        return new AveragePrecision();
    }

    /**
     * {@code ece}, the expected calibration error: the difference between confidence and accuracy. Samples are sorted
     * into 15 bins of equal width over (0, 1] by the probability of the predicted class; a bin includes its upper edge.
     * The absolute differences between accuracy and mean probability of the bins are averaged, weighted by the number
     * of samples (Guo et al., On calibration of modern neural networks, 2017). From 0 to 1; less is better.
     */
    public static Metric expectedCalibrationError() {
        return new ExpectedCalibrationError();
    }

    /**
     * {@code brier}: the mean over samples of the sum over classes of (p - y)², where y is 1 for the sample's class and
     * 0 for others (Brier, Verification of forecasts expressed in terms of probability, 1950). From 0 to 2; less is
     * better.
     *
     * <p>scikit-learn's {@code brier_score_loss} gives the same with {@code scale_by_half=False}. Its default, {@code
     * "auto"}, halves the sum for two classes, which gives (p - y)² of class 1: for two classes, that is half of this
     * value.
     */
    public static Metric brier() {
        return new Brier();
    }
}
