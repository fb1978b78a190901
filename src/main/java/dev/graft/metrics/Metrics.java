package dev.graft.metrics;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The metrics that Graft knows. Each equals what scikit-learn 1.9 gives for the same answers, save where its description says otherwise.
 *
 * <p>Of no samples, every one is NaN. Logits that are not finite: see {@link Scores}; where a metric uses probabilities, one row of NaN
 * makes it NaN.
 */
public final class Metrics {
    /** Those without a parameter. A new one gets its line here. */
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

    private static final Pattern TOP_K = Pattern.compile("top([1-9][0-9]{0,8})_accuracy");

    private Metrics() {}

    /** Every metric that has no parameter, in a fixed order. */
    public static List<Metric> all() {
        return ALL;
    }

    /**
     * The metric of that name; {@code "top5_accuracy"} is {@link #topK} of 5.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Metric named(String name) {
        Matcher topK = TOP_K.matcher(name);
        if (topK.matches()) return topK(Integer.parseInt(topK.group(1)));
        return ALL.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow(() -> unknown(name));
    }

    private static IllegalArgumentException unknown(String name) {
        String names = ALL.stream().map(Metric::name).collect(Collectors.joining(", "));
        return new IllegalArgumentException("metric: no such name, was \"" + name + "\", expected one of " + names
                + ", top5_accuracy (or another k)");
    }

    /** {@code accuracy}: the share of samples that are predicted to be what they are. */
    public static Metric accuracy() {
        return new Accuracy();
    }

    /**
     * {@code top5_accuracy} for a {@code k} of 5: the share of samples whose class is among the {@code k} of the greatest logits
     * (Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, 2015). It is 1 where {@code k} is the number of classes or
     * more. Of equal logits the first class counts as greater, so that top-1 is {@link #accuracy}; scikit-learn takes the last.
     *
     * @param k 1 or more
     */
    public static Metric topK(int k) {
        return new TopK(k);
    }

    /**
     * {@code loss}: the mean over samples of minus the logarithm of the probability of the sample's class, the cross-entropy that training
     * lowers (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4). From 0 on, less is better. It is computed from the
     * logits, so it is also right where scikit-learn's {@code log_loss} clips the probability, at 2.2e-16.
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
     * {@code macro_f1}: the mean over classes of {@link PerClass#f1} (Opitz and Burst, Macro F1 and Macro F1, 2019, "averaged F1"). As in
     * scikit-learn, a class counts if a sample has it or is predicted to have it; a class of which there is neither is left out.
     */
    public static Metric macroF1() {
        return Macro.F1;
    }

    /**
     * {@code balanced_accuracy}: the mean of the recall over the classes that samples have (Brodersen et al., The balanced accuracy and its
     * posterior distribution, 2010). Unlike {@link #macroRecall} it leaves out a class that is predicted but that no sample has.
     */
    public static Metric balancedAccuracy() {
        return new BalancedAccuracy();
    }

    /**
     * {@code cohen_kappa}: how far the predictions agree with the labels beyond chance, (p_o - p_e) / (1 - p_e), where p_o is the accuracy
     * and p_e what it would be if predictions were drawn by their own frequencies (Cohen, A coefficient of agreement for nominal scales,
     * 1960). From -1 to 1; NaN if all samples and all predictions are of one class.
     */
    public static Metric cohenKappa() {
        return new CohenKappa();
    }

    /**
     * {@code roc_auc}: the chance that a sample of a class has a greater score for it than a sample of another class; equal scores count
     * half (Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982).
     *
     * <p>With two classes it is that of class 1, whose score is its logit less that of class 0: that orders samples as its probability does,
     * but is never rounded to 1. With more classes it is the mean of {@link PerClass#rocAuc} over the classes that have one
     * (Fawcett, An introduction to ROC analysis, 2006, section 9.2; each class weighs the same), where the score is the probability.
     * A class has none if no sample, or every sample, lies in it. scikit-learn gives NaN for the mean as soon as one class has none.
     * NaN if no class has one.
     */
    public static Metric rocAuc() {
        return new RocAuc();
    }

    /**
     * {@code average_precision}: the area under the steps of precision over recall, the sum of (R_n - R_(n-1)) P_n over the distinct scores,
     * from the greatest down, without interpolation (Zhu, Recall, precision and average precision, 2004).
     *
     * <p>Scores and mean are those of {@link #rocAuc}: with two classes it is that of class 1, with more the mean of
     * {@link PerClass#averagePrecision}. A class that no sample has has none, since it has no recall, and is left out;
     * scikit-learn counts it as 0. NaN if no class has one.
     */
    public static Metric averagePrecision() {
        return new AveragePrecision();
    }

    /**
     * {@code ece}, the expected calibration error: how far the probability of the predicted class is from how often it is right. Samples are
     * put into 15 bins of equal width over (0, 1] by that probability, each bin with its upper edge; the differences between accuracy and
     * mean probability are weighed by the samples in the bin (Guo et al., On calibration of modern neural networks, 2017). From 0 to 1, less
     * is better.
     */
    public static Metric expectedCalibrationError() {
        return new ExpectedCalibrationError();
    }

    /**
     * {@code brier}: the mean over samples of the sum over classes of (p - y)², where y is 1 for the sample's class and 0 for others
     * (Brier, Verification of forecasts expressed in terms of probability, 1950). From 0 to 2, less is better.
     *
     * <p>scikit-learn's {@code brier_score_loss} gives the same with {@code scale_by_half=False}. Its default, {@code "auto"}, halves the
     * sum for two classes only, which makes it (p - y)² of class 1 alone: for two classes its value is half of this one.
     */
    public static Metric brier() {
        return new Brier();
    }
}
