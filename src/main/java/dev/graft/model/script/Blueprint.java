package dev.graft.model.script;

import dev.graft.model.graph.StateEntry;
import dev.graft.weights.script.ScriptTemplate.Root;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/** How the network of a classifier is written as a TorchScript archive, and called when LibTorch has read it. */
public sealed interface Blueprint permits ResNetBlueprint, ScriptBlueprint {
    /** Every tensor of the state, in the order of {@code state_dict()}. */
    List<StateEntry> state();

    /** The same network with a head of another number of outputs. */
    Blueprint withClasses(int classes);

    /** About how many bytes an archive has besides its tensors. */
    long codeBytes();

    /**
     * Writes an archive.
     *
     * @param tensors a parameter or buffer by name
     * @param extras text files under {@code extra/}
     */
    void write(WritableByteChannel out, Function<String, Tensor> tensors, Root root, Map<String, String> extras)
            throws IOException;

    /** The network's result, belonging to the open scope. */
    Tensor forward(JitModule network, Tensor input);
}
