package dev.graft.train;

import dev.graft.model.Classifier;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.ArchiveWriter;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.OptimizerParamGroupVector;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** LibTorch's SGD over the groups of a plan. Owns native memory; used by the training thread. */
final class Optimizer implements AutoCloseable {
    /** What an archive needs beside the momentum buffers, in all and for each: the collector must never have to grow. */
    private static final long ARCHIVE_OVERHEAD = 1 << 20;

    private static final long ENTRY_OVERHEAD = 4096;

    private final List<ParameterGroup> groups;
    private final SGD sgd;
    private final long archiveBytes;

    Optimizer(Classifier classifier, List<ParameterGroup> groups) {
        this.groups = groups;
        long bytes = ARCHIVE_OVERHEAD;
        SGD made = null;
        try (NativeScope scope = NativeScope.open()) {
            for (ParameterGroup g : groups) {
                Tensor[] tensors = classifier.parametersOf(g.layer()).values().toArray(Tensor[]::new);
                for (Tensor t : tensors) {
                    bytes += t.nbytes() + ENTRY_OVERHEAD;
                }
                if (made == null) {
                    made = NativeScope.own(new SGD(new TensorVector(tensors), options(g)));
                } else {
                    made.add_param_group(new OptimizerParamGroup(new TensorVector(tensors), options(g)));
                }
            }
        }
        sgd = made;
        archiveBytes = bytes;
    }

    private static SGDOptions options(ParameterGroup g) {
        SGDOptions o = new SGDOptions(g.learningRate());
        o.momentum().put(g.momentum());
        o.weight_decay().put(g.weightDecay());
        return o;
    }

    /** Multiplies every group's learning rate as planned with {@code factor}. */
    void scaleLearningRates(double factor) {
        try (NativeScope scope = NativeScope.open()) {
            OptimizerParamGroupVector all = sgd.param_groups();
            for (int i = 0; i < groups.size(); i++) {
                all.get(i).options().set_lr(groups.get(i).learningRate() * factor);
            }
        }
    }

    void zeroGrad() {
        sgd.zero_grad();
    }

    void step() {
        sgd.step();
    }

    /** The momentum buffers and counters, as LibTorch's own archive; the caller closes it. */
    NativeBuffer state() {
        NativeBuffer buffer = new NativeBuffer(archiveBytes);
        try (NativeScope scope = NativeScope.open();
                Collector collector = new Collector(buffer)) {
            OutputArchive archive = new OutputArchive();
            sgd.save(archive);
            archive.save_to(collector);
            collector.rethrow();
            return buffer;
        } catch (RuntimeException e) {
            buffer.close();
            throw e;
        }
    }

    /** Continues from what {@link #state} gave. */
    void restore(NativeBuffer state) {
        try (NativeScope scope = NativeScope.open()) {
            InputArchive archive = new InputArchive();
            archive.load_from(state.pointer(), state.size());
            sgd.load(archive);
        }
    }

    @Override
    public void close() {
        sgd.close();
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
