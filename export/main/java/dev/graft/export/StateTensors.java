package dev.graft.export;

import dev.graft.model.Classifier;
import dev.graft.model.state.ScalarTypes;
import dev.graft.model.state.TensorBytes;
import dev.graft.weights.tensor.ScalarKind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/** The parameters and buffers of a classifier, for writers of files. */
final class StateTensors {
    /** Takes a tensor; see {@link dev.graft.weights.SafetensorsWriter#add}. */
    interface Sink {
        void add(String name, ScalarKind kind, List<Long> shape, ByteBuffer... data);
    }

    private StateTensors() {}

    /**
     * Gives every tensor to a writer, in the order of {@code state_dict()}. The bytes are valid while the open scope and
     * the classifier are. Only tensors on a GPU or in another layout are copied.
     */
    static void into(Classifier classifier, Sink sink) {
        classifier.state().forEach((name, tensor) -> {
            Tensor rows = tensor.detach().cpu().contiguous();
            List<Long> shape = LongStream.of(rows.shape()).boxed().toList();
            sink.add(name, ScalarTypes.kind(rows.scalar_type()), shape, TensorBytes.of(rows));
        });
    }
}
