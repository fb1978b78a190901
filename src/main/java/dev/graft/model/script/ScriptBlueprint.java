package dev.graft.model.script;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.state.StateWriter;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.script.ScriptTemplate.Root;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * A network whose code came from a file, with a head of {@code classes} outputs: the archive of the file, written again
 * with other tensors. All floating-point types become float32, as training needs it.
 */
public record ScriptBlueprint(ScriptTemplate template, Head head, int classes) implements Blueprint {
    @Override
    public List<StateEntry> state() {
        List<StateEntry> state = new ArrayList<>();
        template.state()
                .forEach((name, t) -> state.add(new StateEntry(
                        name, shape(name, t), !template.parameters().contains(name), kind(t.kind()))));
        return state;
    }

    /** The same network with another number of outputs of the head. */
    public ScriptBlueprint withClasses(int other) {
        return new ScriptBlueprint(template, head, other);
    }

    @Override
    public long codeBytes() {
        return template.keptBytes() + (1 << 20);
    }

    private List<Long> shape(String name, StoredTensor t) {
        if (name.equals(head.weight())) {
            return List.of((long) classes, t.shape().get(1));
        }
        return name.equals(head.bias()) ? List.of((long) classes) : t.shape();
    }

    private static ScalarKind kind(ScalarKind stored) {
        return switch (stored) {
            case F64, F16, BF16, F8_E4M3, F8_E4M3FNUZ, F8_E5M2, F8_E5M2FNUZ, F8_E8M0 -> ScalarKind.F32;
            default -> stored;
        };
    }

    @Override
    public Tensor forward(JitModule network, Tensor input) {
        return AsWritten.call(network, input);
    }

    @Override
    public void write(WritableByteChannel out, Function<String, Tensor> tensors, Root root, Map<String, String> extras)
            throws IOException {
        ScriptTemplate.Tensors live = new ScriptTemplate.Tensors() {
            @Override
            public PickleNode node(String storage, String name) {
                return StateWriter.node(storage, tensors.apply(name));
            }

            @Override
            public void entry(TorchZipWriter zip, String storage, String name) throws IOException {
                StateWriter.entry(zip, storage, tensors.apply(name));
            }
        };
        template.write(out, root, live, extras);
    }
}
