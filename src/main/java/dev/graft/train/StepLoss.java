package dev.graft.train;

import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The mean loss of the pictures of one step, which stays on the device until the losses are reported. Owns native memory. */
final class StepLoss implements AutoCloseable {
    private final List<int[]> samples = new ArrayList<>();
    private final List<Tensor> losses = new ArrayList<>();

    /** Adds a batch's mean loss. */
    void add(Tensor loss, int[] batch) {
        losses.add(NativeScope.own(loss.detach()));
        samples.add(batch);
    }

    int batches() {
        return losses.size();
    }

    /** Indices of the training samples. */
    int[] samples() {
        return samples.stream().flatMapToInt(IntStream::of).toArray();
    }

    /** Owned by this object or by the open scope. */
    Tensor mean() {
        if (losses.size() == 1) return losses.get(0);
        Tensor sum = weighted(0);
        for (int i = 1; i < losses.size(); i++) sum.add_(weighted(i));
        return sum.div_(new Scalar((double) samples().length));
    }

    private Tensor weighted(int batch) {
        return losses.get(batch).mul(new Scalar((double) samples.get(batch).length));
    }

    @Override
    public void close() {
        losses.forEach(Tensor::close);
    }
}
