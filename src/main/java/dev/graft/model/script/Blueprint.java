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

/**
 * Describes how the network of a classifier is written as a TorchScript archive, and how it is called after LibTorch has
 * read it.
 */
public sealed interface Blueprint permits ResNetBlueprint, ScriptBlueprint {
    /** All parameters and buffers, in the order of {@code state_dict()}. */
    List<StateEntry> state();

    /** The approximate size of an archive without its tensors, in bytes. */
    long codeBytes();

    /**
     * Writes an archive.
     *
     * @param tensors returns the parameter or buffer with a name
     * @param extras text files under {@code extra/}
     */
    void write(WritableByteChannel out, Function<String, Tensor> tensors, Root root, Map<String, String> extras)
            throws IOException;

    /** The output of the network. It belongs to the open scope. */
    Tensor forward(JitModule network, Tensor input);
}
