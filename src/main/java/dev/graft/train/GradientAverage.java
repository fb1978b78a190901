package dev.graft.train;

import dev.graft.torch.NativeScope;
import java.util.Collection;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Averages the gradients of ranks that each have a part of a batch. The ranks add up the gradients of their pictures' losses, not of the
 * means, and divide the sum by the weight of all pictures: so parts of any size, also empty ones, give the gradients of the whole batch.
 *
 * <p>All gradients lie one after the other in one buffer, with what else the ranks tell each other in a step: which gradients there are, the
 * weight, the loss, and whether a rank was asked to stop. One exchange a step. Owns the buffer. Used by the training thread.
 */
final class GradientAverage implements AutoCloseable {
    /** What a step was, over all ranks. */
    record Step(double weight, double loss, boolean stop) {}

    private static final int WEIGHT = 0;
    private static final int LOSS = 1;
    private static final int STOP = 2;
    private static final int TOLD = 3;

    private final Team team;
    private final List<Tensor> parameters;
    private final long numbers;
    private final Tensor flat; // the gradients, whether there is each, and TOLD numbers

    GradientAverage(Team team, Collection<Tensor> parameters) {
        this.team = team;
        this.parameters = List.copyOf(parameters);
        this.numbers = this.parameters.stream().mapToLong(Tensor::numel).sum();
        try (NativeScope scope = NativeScope.open()) {
            Tensor made = torch.zeros(numbers + this.parameters.size() + TOLD);
            flat = NativeScope.own(made.to(this.parameters.get(0).device(), torch.ScalarType.Float));
        }
    }

    private Tensor told(int what) {
        return flat.narrow(0, numbers + parameters.size() + what, 1);
    }

    /** Begins a step. */
    void begin() {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            flat.narrow(0, numbers, parameters.size() + TOLD).zero_();
        }
    }

    /** Adds a part of this rank. */
    void add(Tensor meanLoss, double weight) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            told(WEIGHT).add_(new Scalar(weight));
            told(LOSS).add_(meanLoss.detach().to(torch.ScalarType.Float).mul(new Scalar(weight)));
        }
    }

    /**
     * Replaces the gradients by those of all ranks' parts together. Where no rank had a picture, they stay as they are.
     *
     * @param stop whether this rank was asked to stop
     */
    Step exchange(boolean stop) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            collect();
            if (stop) told(STOP).fill_(new Scalar(1.0));
            team.group().sum(flat);
            float[] told = read(); // waits for the device
            float[] there = new float[parameters.size()];
            System.arraycopy(told, 0, there, 0, there.length);
            float weight = told[there.length + WEIGHT];
            if (weight > 0) spread(there, weight);
            return new Step(weight, told[there.length + LOSS] / weight, told[there.length + STOP] > 0);
        }
    }

    private void collect() {
        float[] there = new float[parameters.size()];
        long at = 0;
        for (int i = 0; i < there.length; i++) {
            Tensor p = parameters.get(i);
            Tensor place = place(at, p);
            if (p.grad().defined()) place.copy_(p.grad());
            else place.zero_();
            there[i] = p.grad().defined() ? 1 : 0;
            at += p.numel();
        }
        flat.narrow(0, numbers, there.length).copy_(Tensor.create(there, there.length));
    }

    private Tensor place(long at, Tensor p) {
        return flat.narrow(0, at, p.numel()).view(p.shape());
    }

    private float[] read() {
        float[] all = new float[parameters.size() + TOLD];
        new FloatPointer(flat.narrow(0, numbers, all.length).cpu().data_ptr()).get(all);
        return all;
    }

    /** A gradient that no rank has stays absent: the optimizer leaves its parameter alone. */
    private void spread(float[] there, float weight) {
        flat.narrow(0, 0, numbers).div_(new Scalar((double) weight));
        long at = 0;
        for (int i = 0; i < there.length; i++) {
            Tensor p = parameters.get(i);
            Tensor place = place(at, p);
            if (there[i] > 0 && p.grad().defined()) p.grad().copy_(place);
            else if (there[i] > 0) p.mutable_grad().put(place.clone());
            at += p.numel();
        }
    }

    @Override
    public void close() {
        flat.close();
    }
}
