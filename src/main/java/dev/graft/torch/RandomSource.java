package dev.graft.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch's generator of random numbers (MT19937) with a seed: the same numbers as PyTorch after {@code manual_seed},
 * in every run and on every system. Owns native memory: close it. Not thread-safe.
 */
public final class RandomSource implements AutoCloseable {
    private final Generator generator;
    private boolean closed;

    /** Makes a generator with a seed. */
    public RandomSource(long seed) {
        Natives.load();
        generator = NativeScope.own(torch.createCPUGenerator(seed));
    }

    /** Fills a tensor in place with uniform random numbers from {@code low} to {@code high}. */
    public void uniform(Tensor tensor, double low, double high) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            tensor.uniform_(low, high, new GeneratorOptional(generator));
        }
    }

    /** The numbers 0 to {@code n - 1} in random order: PyTorch's {@code randperm}. */
    public int[] permutation(int n) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            return ints(torch.randperm(n, new GeneratorOptional(generator)), n);
        }
    }

    /** How many weights PyTorch's {@code multinomial} takes. */
    public static final int MOST_WEIGHTS = 1 << 24;

    /**
     * Draws {@code n} of the numbers 0 to {@code weights.length - 1}, with replacement: PyTorch's {@code multinomial}, as in
     * {@code torch.utils.data.WeightedRandomSampler}.
     *
     * @param weights how often each number is drawn, relative to the others; at least 0, not all 0, 1 to {@link
     *     #MOST_WEIGHTS} of them
     */
    public int[] weighted(double[] weights, int n) {
        requireOpen();
        if (weights.length < 1 || weights.length > MOST_WEIGHTS)
            throw new IllegalArgumentException(
                    "random: 1 to " + MOST_WEIGHTS + " numbers can be drawn by weights, were " + weights.length);
        try (NativeScope scope = NativeScope.open()) {
            Tensor all = Tensor.create(weights, weights.length);
            return ints(torch.multinomial(all, n, true, new GeneratorOptional(generator)), n);
        }
    }

    private static int[] ints(Tensor longs, int n) {
        long[] wide = new long[n];
        new LongPointer(longs.data_ptr()).get(wide);
        int[] numbers = new int[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = (int) wide[i];
        }
        return numbers;
    }

    /**
     * Runs work that uses LibTorch's default generator, as dropout does. On the processor its numbers come from this
     * source, as in PyTorch, which has one generator for everything. Afterwards the default generator has its old state
     * again. Other threads must not draw from it during the call.
     */
    public <T> T asDefault(Supplier<T> work) {
        requireOpen();
        Generator standard = torch.getDefaultCPUGenerator(); // owned by LibTorch, do not close it
        Tensor before;
        try (NativeScope scope = NativeScope.open()) {
            before = NativeScope.own(standard.get_state());
            standard.set_state(generator.get_state());
        }
        try {
            return work.get();
        } finally {
            try (NativeScope scope = NativeScope.open()) {
                generator.set_state(standard.get_state());
                standard.set_state(before);
            }
            before.close();
        }
    }

    /** The generator's complete state, 5,056 bytes, as from PyTorch's {@code get_state}. */
    public byte[] state() {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            Tensor state = generator.get_state();
            byte[] bytes = new byte[(int) state.numel()];
            new BytePointer(state.data_ptr()).get(bytes);
            return bytes;
        }
    }

    /**
     * Continues from a state that {@link #state} returned.
     *
     * @throws IllegalArgumentException when it has another length
     */
    public void restore(byte[] state) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            if (state.length != state().length) {
                throw new IllegalArgumentException(
                        "random: a state has " + state().length + " bytes, got " + state.length);
            }
            Tensor bytes = Tensor.create(state, false, state.length);
            generator.set_state(bytes);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("random: used after close; make a new one");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            generator.close();
        }
    }
}
