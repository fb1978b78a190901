package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.report.Event;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Collects the losses of the steps on the device and reads them once every few steps. */
final class LossLog implements AutoCloseable {
    /** How many files of a step are named. */
    private static final int NAMED = 5;

    private final RunContext context;
    private final Supplier<Optional<Path>> lastCheckpoint;
    private final List<int[]> samples = new ArrayList<>(); // of the collected steps
    private final Tensor losses;
    private final Tensor onHost;
    private final int capacity;
    private int epoch;
    private int firstStep;
    private int count;
    private double sum;

    /**
     * @param lastCheckpoint that this run wrote
     */
    LossLog(RunContext context, Supplier<Optional<Path>> lastCheckpoint) {
        this.capacity = context.plan().upkeep().reportEvery();
        this.context = context;
        this.lastCheckpoint = lastCheckpoint;
        try (NativeScope scope = NativeScope.open()) {
            onHost = NativeScope.own(torch.empty(capacity));
            losses = NativeScope.own(onHost.to(context.device().toTorch(), torch.ScalarType.Float));
        }
    }

    /** Starts an epoch (counted from 0) at a step. */
    void begin(int newEpoch, int step, double sumSoFar) {
        epoch = newEpoch;
        firstStep = step;
        count = 0;
        samples.clear();
        sum = sumSoFar;
    }

    void add(StepLoss loss) throws IOException {
        losses.narrow(0, count++, 1).copy_(loss.mean());
        samples.add(loss.samples());
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
                                + (firstStep + i + 1) + ", with " + files(samples.get(i))
                                + "; lower the learning rate, or check these pictures and the weights. The model"
                                + " in memory is unusable; " + lastGood());
            }
            sum += values[i];
        }
        context.listeners().tell(new Event.StepsTaken(epoch + 1, firstStep, values));
        firstStep += count;
        count = 0;
        samples.clear();
    }

    private String files(int[] step) {
        List<Sample> all = context.data().train();
        String named = IntStream.of(step)
                .limit(NAMED)
                .mapToObj(i -> all.get(i).file().toString())
                .collect(Collectors.joining(", "));
        return named + (step.length > NAMED ? " and " + (step.length - NAMED) + " more" : "");
    }

    /** A part of a message. */
    String lastGood() {
        return lastCheckpoint
                .get()
                .map(file -> "the last checkpoint " + file + " is still good")
                .orElse("this run has written no checkpoint");
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
