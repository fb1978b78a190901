package dev.graft.head;

import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The features in the form used for fitting: centred by their means and divided by one number, so that their variances
 * are 1 on average. A last column of 1 is appended for the bias. For a head without bias, the features are not centred
 * and the last column is 0. Owns native memory: close it. Use it from one thread.
 *
 * <p>Fewer rows than features span fewer dimensions. The penalised optimum lies in their span (the representer theorem:
 * a part of the weights outside changes no logit and costs penalty), so the rows are then given in a basis of it, which
 * is as exact and less work. Its width is the number of rows.
 */
final class Design implements AutoCloseable {
    private final HeadData data;
    private final int blocks;
    private final Tensor rows; // float64 [blocks * pictures, width + 1]
    private final Tensor basis; // float64 [features, width], orthonormal columns; null where it would be the identity
    private final Tensor labels; // int64 [blocks * pictures, 1]
    private final Tensor curvature; // float64 [width + 1, width + 1], the mean outer product of a row
    private final double[] mean;
    private final double scale;

    /** @param views whether the rows of the views are appended after the rows of the pictures */
    Design(HeadData data, boolean views) {
        this.data = data;
        try (NativeScope scope = NativeScope.open()) {
            Tensor first = data.features().to(torch.ScalarType.Double);
            Tensor center = first.mean(new long[] {0}, true, noType()).mul(new Scalar(data.bias() ? 1.0 : 0.0));
            this.scale = scale(first.sub(center));
            this.mean = doubles(center);
            List<Tensor> parts = new ArrayList<>(List.of(first));
            if (views) data.views().forEach(v -> parts.add(v.to(torch.ScalarType.Double)));
            this.blocks = parts.size();
            Tensor all = parts.size() == 1 ? first : torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
            all = all.sub(center).div(new Scalar(scale));
            this.basis = all.size(0) < all.size(1) ? NativeScope.own(basisOf(all)) : null;
            if (basis != null) all = all.mm(basis);
            Tensor ones = torch.full(new long[] {all.size(0), 1}, new Scalar(data.bias() ? 1.0 : 0.0))
                    .to(torch.ScalarType.Double);
            this.rows = NativeScope.own(torch.cat(new TensorVector(all, ones), 1));
            this.curvature = NativeScope.own(rows.t().mm(rows).div(new Scalar((double) rows.size(0))));
            this.labels = NativeScope.own(labels());
        }
    }

    private static ScalarTypeOptional noType() {
        return new ScalarTypeOptional();
    }

    private static Tensor basisOf(Tensor rows) {
        return torch.linalg_qr(rows.t()).get0().clone(); // get0 lies in the pair's memory, which the scope frees
    }

    private static double scale(Tensor centered) {
        double variance = centered.square().mean().item_double();
        return variance > 0 ? Math.sqrt(variance) : 1;
    }

    private Tensor labels() {
        long[] all = new long[blocks * data.pictures()];
        for (int i = 0; i < all.length; i++) all[i] = data.labels()[i % data.pictures()];
        return Tensor.create(all, all.length, 1);
    }

    HeadData data() {
        return data;
    }

    boolean hasViews() {
        return blocks > 1;
    }

    Tensor rows() {
        return rows;
    }

    /** The rows of the pictures, without views. They belong to the open scope. */
    Tensor pictures() {
        return rows.narrow(0, 0, data.pictures());
    }

    Tensor labelColumn() {
        return labels;
    }

    Tensor curvature() {
        return curvature;
    }

    /** Turns weights of pictures into weights of rows, float64 [rows, 1], with sum 1. They belong to the open scope. */
    Tensor rowWeights(double[] ofPictures) {
        double sum = 0;
        for (double w : ofPictures) sum += w;
        double[] all = new double[blocks * ofPictures.length];
        for (int i = 0; i < all.length; i++) all[i] = ofPictures[i % ofPictures.length] / (sum * blocks);
        return Tensor.create(all, all.length, 1);
    }

    /**
     * The head for features as the network outputs them.
     *
     * @param solution [width + 1][classes], for the rows of this design
     * @param factor its logits are multiplied by this
     */
    LinearHead head(double[] solution, double factor) {
        int classes = data.classes();
        double[] wide = wide(solution);
        float[] weight = new float[classes * mean.length];
        float[] bias = new float[data.bias() ? classes : 0];
        for (int c = 0; c < classes; c++) {
            double b = wide[mean.length * classes + c];
            for (int f = 0; f < mean.length; f++) {
                double w = wide[f * classes + c] / scale;
                b -= w * mean[f];
                weight[c * mean.length + f] = (float) (factor * w);
            }
            if (data.bias()) bias[c] = (float) (factor * b);
        }
        return new LinearHead(weight, bias);
    }

    /** The number of variables of a solution: [width + 1][classes]. */
    int variables() {
        return Math.toIntExact(rows.size(1) * data.classes());
    }

    /** A solution for the rows of this design as one for the features, [features + 1][classes]. */
    double[] wide(double[] solution) {
        if (basis == null) return solution.clone();
        return turned(basis, solution);
    }

    /** The solution for the rows of this design that is closest to one for the features. */
    double[] narrow(double[] wide) {
        if (basis == null) return wide.clone();
        try (NativeScope scope = NativeScope.open()) {
            return turned(basis.t(), wide);
        }
    }

    /** Multiplies all rows but the last, which is the bias. */
    private double[] turned(Tensor by, double[] solution) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor all = Tensor.create(solution, by.size(1) + 1, data.classes());
            Tensor turned = by.mm(all.narrow(0, 0, by.size(1)));
            return doubles(torch.cat(new TensorVector(turned, all.narrow(0, by.size(1), 1)), 0));
        }
    }

    /** The mean loss over the pictures, without views, with equal weights. */
    double loss(double[] solution, double factor) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor logits = pictures().mm(Tensor.create(solution, rows.size(1), data.classes()));
            Tensor log = torch.log_softmax(logits.mul(new Scalar(factor)), 1);
            return -log.gather(1, labels.narrow(0, 0, data.pictures())).mean().item_double();
        }
    }

    static double[] doubles(Tensor t) {
        Tensor flat = t.contiguous();
        double[] values = new double[Math.toIntExact(flat.numel())];
        new DoublePointer(flat.data_ptr()).get(values);
        return values;
    }

    @Override
    public void close() {
        rows.close();
        labels.close();
        curvature.close();
        if (basis != null) basis.close();
    }
}
