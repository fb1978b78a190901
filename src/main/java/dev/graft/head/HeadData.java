package dev.graft.head;

import dev.graft.torch.NativeScope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The data that a head is fitted to. The caller still owns the tensors.
 *
 * @param features float32 [pictures, features], on the processor
 * @param views features of augmented views of the same pictures, each of the same shape; may be empty
 * @param labels the class of each picture, from 0
 * @param classes the number of classes, at least 2
 * @param bias whether the head has a bias
 */
public record HeadData(Tensor features, List<Tensor> views, int[] labels, int classes, boolean bias) {
    /** Checks that shapes and labels match, and that all features are finite. */
    public HeadData {
        views = List.copyOf(views);
        if (classes < 2) throw new IllegalArgumentException("head: classes must be at least 2, was " + classes);
        if (labels.length == 0) throw new IllegalArgumentException("head: there is no picture to fit it to; give some");
        if (features.dim() != 2 || features.size(0) != labels.length)
            throw new IllegalArgumentException("head: features must be of shape [" + labels.length
                    + ", features], a row for each label, was " + Arrays.toString(features.shape()));
        for (Tensor view : views)
            if (!Arrays.equals(view.shape(), features.shape()))
                throw new IllegalArgumentException("head: each view must be of the shape of the features, "
                        + Arrays.toString(features.shape()) + ", was " + Arrays.toString(view.shape()));
        for (int label : labels)
            if (label < 0 || label >= classes)
                throw new IllegalArgumentException(
                        "head: labels must be from 0 to " + (classes - 1) + ", was " + label);
        refuseNotFinite(features, "the features");
        for (int v = 0; v < views.size(); v++) refuseNotFinite(views.get(v), "the features of view " + (v + 1));
    }

    private static void refuseNotFinite(Tensor rows, String what) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor finite = torch.isfinite(rows);
            if (finite.all().item_bool()) return;
            Tensor shares = finite.to(torch.ScalarType.Double).mean(new long[] {1}, false, new ScalarTypeOptional());
            double[] share = Design.doubles(shares);
            int[] wrong =
                    IntStream.range(0, share.length).filter(i -> share[i] < 1).toArray();
            throw new NotFiniteException(
                    "head: " + what + " of " + wrong.length + " of " + share.length
                            + " pictures are NaN or infinite, first those of row " + (wrong[0] + 1)
                            + "; check the weights, or compute the features in FP32",
                    wrong[0]);
        }
    }

    /** The number of pictures. */
    public int pictures() {
        return labels.length;
    }

    /** The number of features of one picture. */
    public int width() {
        return Math.toIntExact(features.size(1));
    }

    /** The data of some of the pictures. Its tensors belong to the open scope. */
    HeadData select(int[] pictures) {
        Tensor rows = Tensor.create(Arrays.stream(pictures).asLongStream().toArray(), pictures.length);
        return new HeadData(
                features.index_select(0, rows),
                views.stream().map(v -> v.index_select(0, rows)).toList(),
                Arrays.stream(pictures).map(i -> labels[i]).toArray(),
                classes,
                bias);
    }

    /** The number of pictures of each class. */
    int[] counts() {
        return Folds.counts(labels, classes);
    }
}
