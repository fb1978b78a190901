package dev.graft.train;

import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.ArchiveWriter;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.Tensor;

/**
 * The momentum buffers of LibTorch's SGD, out and in. The bindings reach them only by LibTorch's own archive of an
 * optimizer, and LibTorch runs code that lies in an archive; so checkpoints hold plain tensors, and the only archives that
 * LibTorch reads here were made in this process a moment ago.
 *
 * <p>Layout: {@code state/KEY/momentum_buffer}, and {@code param_groups/I/params/J} holds the KEY of each parameter.
 */
final class SgdArchive {
    /** What an archive needs beside the momentum buffers, in all and for each: the collector must never have to grow. */
    private static final long OVERHEAD = 1 << 20;

    private static final long ENTRY_OVERHEAD = 4096;

    private SgdArchive() {}

    /**
     * The momentum buffers in the order of the parameters, owned by the caller's scope.
     *
     * @param sizes how many parameters each group has
     * @return null for a parameter without one
     */
    static Tensor[] momentum(SGD sgd, List<Tensor> parameters, int[] sizes) {
        OutputArchive out = new OutputArchive();
        sgd.save(out);
        Tensor[] momentum = new Tensor[parameters.size()];
        try (NativeBuffer bytes = bytes(out, parameters)) {
            InputArchive in = read(bytes);
            InputArchive state = child(in, "state");
            InputArchive groups = child(in, "param_groups");
            int at = 0;
            for (int i = 0; i < sizes.length; i++) {
                InputArchive group = child(groups, "param_groups/" + i);
                for (int j = 0; j < sizes[i]; j++) {
                    momentum[at++] = momentum(state, text(group, "params/" + j));
                }
            }
        }
        return momentum;
    }

    private static Tensor momentum(InputArchive state, String key) {
        InputArchive entry = new InputArchive();
        if (!state.try_read(key, entry)) {
            return null;
        }
        Tensor buffer = new Tensor();
        entry.read("momentum_buffer", buffer);
        return buffer;
    }

    /** Gives a fresh optimizer its momentum buffers; the groups' options are those of {@code groups}. */
    static void restore(SGD sgd, List<Tensor> parameters, Tensor[] momentum, List<ParameterGroup> groups, int[] sizes) {
        OutputArchive out = new OutputArchive();
        OutputArchive state = new OutputArchive(out.compilation_unit());
        OutputArchive all = new OutputArchive(out.compilation_unit());
        all.write("param_groups/size", Tensor.create(new long[] {sizes.length}, 1));
        int at = 0;
        for (int i = 0; i < sizes.length; i++) {
            OutputArchive group = new OutputArchive(out.compilation_unit());
            group.write("params/size", Tensor.create(new long[] {sizes[i]}, 1));
            for (int j = 0; j < sizes[i]; j++, at++) {
                String key = Integer.toString(at);
                group.write("params/" + j, new IValue(key));
                if (momentum[at] != null) {
                    OutputArchive entry = new OutputArchive(out.compilation_unit());
                    entry.write("momentum_buffer", momentum[at]);
                    state.write(key, entry);
                }
            }
            group.write("options", options(out, groups.get(i)));
            all.write("param_groups/" + i, group);
        }
        out.write("pytorch_version", new IValue("1.5.0")); // the layout's version, not the library's
        out.write("state", state);
        out.write("param_groups", all);
        try (NativeBuffer bytes = bytes(out, parameters)) {
            sgd.load(read(bytes));
        }
    }

    private static OutputArchive options(OutputArchive root, ParameterGroup g) {
        OutputArchive options = new OutputArchive(root.compilation_unit());
        options.write("lr", new IValue(g.learningRate()));
        options.write("momentum", new IValue(g.momentum()));
        options.write("dampening", new IValue(0.0));
        options.write("weight_decay", new IValue(g.weightDecay()));
        options.write("nesterov", new IValue(false));
        return options;
    }

    private static InputArchive read(NativeBuffer bytes) {
        InputArchive in = new InputArchive();
        in.load_from(bytes.pointer(), bytes.size());
        return in;
    }

    private static InputArchive child(InputArchive parent, String key) {
        InputArchive child = new InputArchive();
        parent.read(key, child);
        return child;
    }

    private static String text(InputArchive archive, String key) {
        IValue value = new IValue();
        archive.read(key, value);
        return value.toStringRef().getString();
    }

    private static NativeBuffer bytes(OutputArchive archive, List<Tensor> parameters) {
        long room = OVERHEAD;
        for (Tensor p : parameters) {
            room += p.nbytes() + ENTRY_OVERHEAD;
        }
        NativeBuffer buffer = new NativeBuffer(room);
        try (NativeScope scope = NativeScope.open()) {
            Collector collector = new Collector(buffer);
            archive.save_to(collector);
            collector.rethrow();
            return buffer;
        } catch (RuntimeException e) {
            buffer.close();
            throw e;
        }
    }

    /**
     * Takes LibTorch's bytes. A callback that throws or reports a short write aborts the process, so a failure is kept
     * and thrown after the call; the buffer is large enough from the start.
     */
    private static final class Collector extends ArchiveWriter {
        private final NativeBuffer buffer;
        private RuntimeException failure;

        Collector(NativeBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public long call(Pointer bytes, long n) {
            try {
                buffer.write(bytes, n);
            } catch (RuntimeException e) {
                failure = e;
            }
            return n;
        }

        void rethrow() {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
