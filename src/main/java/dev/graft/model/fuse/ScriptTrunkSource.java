package dev.graft.model.fuse;

import dev.graft.files.Digests;
import dev.graft.model.Classifier;
import dev.graft.model.HeadlessScript;
import dev.graft.model.Network;
import dev.graft.model.Precision;
import dev.graft.model.TrunkSource;
import dev.graft.model.state.TensorBytes;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * What lies before the head of a foreign network, run as the file's code has it. Refers to the classifier, and looks at its weights when it
 * is asked.
 */
public record ScriptTrunkSource(Classifier classifier, Precision precision) implements TrunkSource {
    private static final String DESCRIPTION = "a script without its head, 1";

    /** Checks the precision. */
    public ScriptTrunkSource {
        if (precision == Precision.INT8)
            throw new IllegalArgumentException("precision: INT8 is for Graft's own networks, "
                    + classifier.card().network().title() + " is code in a file; take FP32 or BF16");
        precision.requireFits(classifier.device());
    }

    @Override
    public int size() {
        return classifier.card().network().features();
    }

    @Override
    public String identity() {
        Network network = classifier.card().network();
        MessageDigest sha = Digests.sha256();
        String how =
                DESCRIPTION + "\n" + network.origin().orElseThrow() + " " + network.head() + " " + precision + "\n";
        sha.update(how.getBytes(StandardCharsets.UTF_8));
        Set<String> head = classifier.parametersOf(Classifier.HEAD).keySet();
        for (Map.Entry<String, Tensor> entry : classifier.state().entrySet()) {
            if (head.contains(entry.getKey())) continue;
            sha.update((entry.getKey() + "\n").getBytes(StandardCharsets.UTF_8));
            try (NativeScope scope = NativeScope.open()) {
                sha.update(TensorBytes.of(entry.getValue().detach().cpu().contiguous()));
            }
        }
        return HexFormat.of().formatHex(sha.digest()) + " " + Fusion.machine(classifier.device());
    }

    @Override
    public HeadlessScript fuse(int pictures) throws IOException {
        precision.warnIfSlow(classifier.device());
        return HeadlessScript.of(classifier, precision);
    }
}
