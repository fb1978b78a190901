package dev.graft.model.script;

import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.weights.tensor.WeightsException;
import java.nio.file.Path;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.JitModule;

/**
 * Lets LibTorch read an archive from memory. Graft writes all archives itself, tensor by tensor from native memory to a
 * channel, for two reasons: LibTorch's own writer aborts the process when a disk is full, and no calls are needed to
 * define and register layers.
 */
public final class ScriptArchive {
    private static final int REASON = 300;

    private ScriptArchive() {}

    /**
     * The network in an archive that has it as the attribute {@code model}. The caller owns the module. This runs code
     * of the archive.
     *
     * @param file the source of the network, for messages
     */
    public static JitModule read(Path file, NativeBuffer archive) throws WeightsException {
        try (NativeScope scope = NativeScope.open()) {
            InputArchive in = new InputArchive();
            in.load_from(archive.pointer(), archive.size());
            IValue network = new IValue();
            in.read("model", network);
            return NativeScope.own(new JitModule(network.toObject()));
        } catch (RuntimeException e) {
            throw new WeightsException(
                    file,
                    "LibTorch does not load its network: " + reason(e),
                    "give a file that PyTorch 2.10 or older wrote; if it is one, please report this",
                    e);
        }
    }

    /** The line of LibTorch's report that says what happened. The whole report stays available as the cause. */
    public static String reason(RuntimeException e) {
        String[] lines = String.valueOf(e.getMessage()).strip().split("\n");
        String line = lines[0];
        for (String l : lines) {
            if (l.startsWith("RuntimeError: ") || l.startsWith("torch.jit.Error: ") || l.startsWith("builtins.")) {
                line = l;
            }
        }
        return line.length() <= REASON ? line : line.substring(0, REASON) + "...";
    }
}
