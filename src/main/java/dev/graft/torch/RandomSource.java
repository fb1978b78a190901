package dev.graft.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch's generator of random numbers (MT19937), seeded: the same numbers as PyTorch after {@code manual_seed}, on every
 * run and every system. Owns native memory; one thread at a time.
 */
public final class RandomSource implements AutoCloseable {
    private final Generator generator;
    private boolean closed;

    /** Starts at a seed. */
    public RandomSource(long seed) {
        Natives.load();
        generator = NativeScope.own(torch.createCPUGenerator(seed));
    }

    /** Fills a tensor with numbers from {@code low} to {@code high}, uniformly, in place. */
    public void uniform(Tensor tensor, double low, double high) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            tensor.uniform_(low, high, new GeneratorOptional(generator));
        }
    }

    /** The whole numbers below {@code n} in a random order: PyTorch's {@code randperm}. */
    public int[] permutation(int n) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            Tensor p = torch.randperm(n, new GeneratorOptional(generator));
            long[] wide = new long[n];
            new LongPointer(p.data_ptr()).get(wide);
            int[] order = new int[n];
            for (int i = 0; i < n; i++) {
                order[i] = (int) wide[i];
            }
            return order;
        }
    }

    /**
     * Runs work that draws numbers by itself, as dropout does: on the processor they come from this source, as in PyTorch,
     * where one generator serves all. LibTorch's default generator lends its place and is put back as it was; other threads
     * must draw nothing from it meanwhile.
     */
    public <T> T asDefault(Supplier<T> work) {
        requireOpen();
        Generator standard = torch.getDefaultCPUGenerator(); // LibTorch's own, not to be closed
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

    /** The generator's whole state, 5,056 bytes, as PyTorch's {@code get_state} gives it. */
    public byte[] state() {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            Tensor state = generator.get_state();
            byte[] bytes = new byte[(int) state.numel()];
            new BytePointer(state.data_ptr()).get(bytes);
            return bytes;
        }
    }

    /** Continues from a state that {@link #state} gave. */
    public void restore(byte[] state) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            if (state.length != state().length) {
                throw new IllegalArgumentException(
                        "random: a state has " + state().length + " bytes, this one " + state.length);
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
