package dev.graft.head;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What a head is fitted to. The tensors stay the caller's.
 *
 * @param features float32 [pictures, features], on the processor
 * @param views features of the same pictures seen otherwise, each of the same shape; none where there are none
 * @param labels the class of each picture, from 0
 * @param classes how many there are, at least 2
 * @param bias whether the head has one
 */
public record HeadData(Tensor features, List<Tensor> views, int[] labels, int classes, boolean bias) {
    /** Checks that they belong together. */
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
    }

    /** How many pictures there are. */
    public int pictures() {
        return labels.length;
    }

    /** Numbers of one picture. */
    public int width() {
        return Math.toIntExact(features.size(1));
    }

    /** Some of the pictures; the tensors belong to the open scope. */
    HeadData select(int[] pictures) {
        Tensor rows = Tensor.create(Arrays.stream(pictures).asLongStream().toArray(), pictures.length);
        return new HeadData(
                features.index_select(0, rows),
                views.stream().map(v -> v.index_select(0, rows)).toList(),
                Arrays.stream(pictures).map(i -> labels[i]).toArray(),
                classes,
                bias);
    }

    /** How many pictures each class has. */
    int[] counts() {
        int[] counts = new int[classes];
        for (int label : labels) counts[label]++;
        return counts;
    }
}
