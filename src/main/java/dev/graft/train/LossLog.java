package dev.graft.train;

import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Collects the losses of the steps on the device and reads them once every few steps. */
final class LossLog implements AutoCloseable {
    private final Listeners listeners;
    private final Tensor losses;
    private final Tensor onHost;
    private final int capacity;
    private int epoch;
    private int firstStep;
    private int count;
    private double sum;

    LossLog(int capacity, ComputeDevice device, Listeners listeners) {
        this.capacity = capacity;
        this.listeners = listeners;
        try (NativeScope scope = NativeScope.open()) {
            onHost = NativeScope.own(torch.empty(capacity));
            losses = NativeScope.own(onHost.to(device.toTorch(), torch.ScalarType.Float));
        }
    }

    /** Starts an epoch (counted from 0) at a step. */
    void begin(int newEpoch, int step, double sumSoFar) {
        epoch = newEpoch;
        firstStep = step;
        count = 0;
        sum = sumSoFar;
    }

    void add(Tensor loss) throws IOException {
        losses.narrow(0, count++, 1).copy_(loss.detach());
        if (count == capacity) {
            flush();
        }
    }

    /**
     * Reads the collected losses and tells the listeners.
     *
     * @throws TrainingException when a loss is not a finite number
     */
    void flush() throws IOException {
        if (count == 0) {
            return;
        }
        double[] values = read();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new TrainingException(
                        "training: the loss became " + values[i] + " at epoch " + (epoch + 1) + ", step "
                                + (firstStep + i + 1)
                                + "; lower the learning rate, or check the pictures and weights. The model"
                                + " in memory is unusable; the last checkpoint, if there is one, is still good");
            }
            sum += values[i];
        }
        listeners.tell(new Event.StepsTaken(epoch + 1, firstStep, values));
        firstStep += count;
        count = 0;
    }

    private double[] read() {
        try (NativeScope scope = NativeScope.open()) {
            onHost.copy_(losses); // waits for the device
            float[] all = new float[count];
            new FloatPointer(onHost.data_ptr()).get(all);
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = all[i];
            }
            return values;
        }
    }

    /** Sum of the epoch's losses up to the last flush. */
    double sum() {
        return sum;
    }

    @Override
    public void close() {
        losses.close();
        onHost.close();
    }
}
