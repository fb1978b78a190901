package dev.graft.train;

import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.ArchiveWriter;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads and sets the state of any optimizer of LibTorch. The bindings give access to it only through LibTorch's own
 * archive of an optimizer, but LibTorch runs code that is in an archive. So checkpoints hold plain tensors, and
 * LibTorch reads only archives that this process has just made.
 *
 * <p>Layout of the archive: {@code state/KEY/NAME} is a tensor or an integer, {@code param_groups/I/params/J} is the
 * KEY of a parameter, {@code param_groups/I/options/NAME} is a setting.
 */
final class OptimizerArchive {
    /**
     * Bytes that an archive needs in addition to its tensors, in all and for each parameter. The buffer must be large
     * enough from the start.
     */
    private static final long OVERHEAD = 1 << 20;

    private static final long ENTRY_OVERHEAD = 4096;

    /** The most tensors of a parameter's size that an optimizer holds for it; Adam has three. */
    private static final int MOST_OF_ONE = 4;

    private final Optimizer optimizer;
    private final long room;

    OptimizerArchive(Optimizer optimizer, Collection<Tensor> parameters) {
        this.optimizer = optimizer;
        this.room = OVERHEAD
                + parameters.stream()
                        .mapToLong(p -> ENTRY_OVERHEAD + MOST_OF_ONE * p.nbytes())
                        .sum();
    }

    /**
     * The state of each parameter, in the order of the groups; empty for a parameter without a step. Integers are int64
     * tensors of shape []. The open scope owns the tensors.
     */
    List<Map<String, Tensor>> state() {
        List<Map<String, Tensor>> all = new ArrayList<>();
        try (NativeBuffer bytes = saved()) {
            InputArchive in = read(bytes);
            InputArchive state = child(in, "state");
            for (List<String> group : keys(in)) {
                for (String key : group) all.add(held(state, key));
            }
        }
        return all;
    }

    private static Map<String, Tensor> held(InputArchive state, String key) {
        Map<String, Tensor> held = new LinkedHashMap<>();
        InputArchive entry = new InputArchive();
        if (!state.try_read(key, entry)) return held;
        for (String name : names(entry)) {
            IValue value = value(entry, name);
            held.put(
                    name,
                    value.isInt()
                            ? Tensor.create(new long[] {value.toInt()}, new long[0])
                            : new Tensor(value.toTensor()));
        }
        return held;
    }

    /** Sets the {@link #state} of a new optimizer; its groups and settings stay. */
    void restore(List<Map<String, Tensor>> all) {
        OutputArchive out = new OutputArchive();
        OutputArchive state = new OutputArchive(out.compilation_unit());
        OutputArchive groups = new OutputArchive(out.compilation_unit());
        try (NativeBuffer fresh = saved()) {
            InputArchive in = read(fresh);
            List<List<String>> keys = keys(in);
            groups.write("param_groups/size", Tensor.create(new long[] {keys.size()}, 1));
            int at = 0;
            for (int i = 0; i < keys.size(); i++) {
                OutputArchive group = new OutputArchive(out.compilation_unit());
                group.write("params/size", Tensor.create(new long[] {keys.get(i).size()}, 1));
                for (int j = 0; j < keys.get(i).size(); j++, at++) {
                    String key = Integer.toString(at);
                    group.write("params/" + j, new IValue(key));
                    if (!all.get(at).isEmpty()) state.write(key, entry(out, all.get(at)));
                }
                group.write(
                        "options", copy(out, child(child(child(in, "param_groups"), "param_groups/" + i), "options")));
                groups.write("param_groups/" + i, group);
            }
        }
        out.write("pytorch_version", new IValue("1.5.0")); // the version of the layout, not of the library
        out.write("state", state);
        out.write("param_groups", groups);
        try (NativeBuffer bytes = bytes(out)) {
            optimizer.load(read(bytes));
        }
    }

    private static OutputArchive entry(OutputArchive root, Map<String, Tensor> held) {
        OutputArchive entry = new OutputArchive(root.compilation_unit());
        held.forEach((name, t) -> {
            if (isCount(t)) entry.write(name, new IValue(t.item_long()));
            else entry.write(name, t);
        });
        return entry;
    }

    private static boolean isCount(Tensor t) {
        return t.dim() == 0 && t.scalar_type().intern() == torch.ScalarType.Long;
    }

    private static OutputArchive copy(OutputArchive root, InputArchive values) {
        OutputArchive copy = new OutputArchive(root.compilation_unit());
        for (String name : names(values)) copy.write(name, value(values, name));
        return copy;
    }

    /** The keys of each group's parameters. */
    private static List<List<String>> keys(InputArchive in) {
        InputArchive groups = child(in, "param_groups");
        List<List<String>> all = new ArrayList<>();
        for (long i = 0; i < count(groups, "param_groups/size"); i++) {
            InputArchive group = child(groups, "param_groups/" + i);
            List<String> keys = new ArrayList<>();
            for (long j = 0; j < count(group, "params/size"); j++) {
                keys.add(value(group, "params/" + j).toStringRef().getString());
            }
            all.add(keys);
        }
        return all;
    }

    private static long count(InputArchive archive, String name) {
        Tensor size = new Tensor();
        archive.read(name, size);
        return size.item_long();
    }

    private static List<String> names(InputArchive archive) {
        StringVector keys = archive.keys();
        List<String> names = new ArrayList<>();
        for (long i = 0; i < keys.size(); i++) names.add(keys.get(i).getString());
        return names;
    }

    private static IValue value(InputArchive archive, String name) {
        IValue value = new IValue();
        archive.read(name, value);
        return value;
    }

    private static InputArchive child(InputArchive parent, String key) {
        InputArchive child = new InputArchive();
        parent.read(key, child);
        return child;
    }

    private static InputArchive read(NativeBuffer bytes) {
        InputArchive in = new InputArchive();
        in.load_from(bytes.pointer(), bytes.size());
        return in;
    }

    private NativeBuffer saved() {
        OutputArchive out = new OutputArchive();
        optimizer.save(out);
        return bytes(out);
    }

    private NativeBuffer bytes(OutputArchive archive) {
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
     * Receives LibTorch's bytes. A callback that throws or reports a short write aborts the process. So a failure is
     * stored and thrown after the call.
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
