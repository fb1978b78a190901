package dev.graft.model;

import dev.graft.image.Resize;
import dev.graft.torch.NativeScope;
import dev.graft.weights.WeightsException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Shows a foreign network one picture, then two, before anybody spends an hour on it: in evaluation mode, on the
 * processor. Finds a wrong input size, an output that is no tensor of logits, a head that does not make the output, a
 * network that was traced for one picture at a time, and one that cannot read channels_last.
 */
final class DryRun {
    private final Path file;
    private final JitModule module;
    private final ModelCard card;

    DryRun(Path file, JitModule module, ModelCard card) {
        this.file = file;
        this.module = module;
        this.card = card;
    }

    /**
     * Runs the network.
     *
     * @return whether it takes row-major pictures only
     * @throws WeightsException when it is no classifier of such pictures
     */
    boolean run() throws WeightsException {
        module.eval();
        try (NativeScope scope = NativeScope.open();
                AutoGradMode gradients = new AutoGradMode(true)) {
            Tensor one = pictures(1);
            check(
                    output(
                            one,
                            "set the preprocessing's size to the one that the network was made for; where that is right, name the"
                                    + " layer that makes the logits"),
                    1);
            check(output(pictures(2), "trace the network with a batch of two, or script it"), 2);
            return !takes(one.contiguous(torch.MemoryFormat.ChannelsLast));
        }
    }

    /** From dark to light: a picture of one colour is a special case for some networks. */
    private Tensor pictures(int count) {
        Resize size = card.preprocessing().resize();
        long numbers = 3L * size.height() * size.width();
        return torch.linspace(new Scalar(-2.0), new Scalar(2.0), numbers)
                .view(1, 3, size.height(), size.width())
                .repeat(count, 1, 1, 1);
    }

    private IValue output(Tensor pictures, String remedy) throws WeightsException {
        try {
            return module.forward(new IValueVector(new IValue(pictures)));
        } catch (RuntimeException e) {
            throw new WeightsException(
                    file,
                    "its network fails on pictures of shape " + Arrays.toString(pictures.shape()) + ": "
                            + ScriptArchive.reason(e),
                    remedy,
                    e);
        }
    }

    private boolean takes(Tensor pictures) {
        try {
            return module.forward(new IValueVector(new IValue(pictures))).isTensor();
        } catch (RuntimeException e) {
            System.getLogger("dev.graft")
                    .log(System.Logger.Level.DEBUG, "model: " + file + " does not take channels_last", e);
            return false;
        }
    }

    private void check(IValue output, int pictures) throws WeightsException {
        if (!output.isTensor()) {
            throw refused(
                    "gives " + kind(output) + " where one tensor of logits is expected",
                    "wrap the network so that forward returns the logits alone, and save it again");
        }
        Tensor logits = new Tensor(output.toTensor());
        long[] expected = {pictures, card.classes().size()};
        if (!Arrays.equals(logits.shape(), expected)) {
            throw refused(
                    "gives an output of shape " + Arrays.toString(logits.shape()) + " for " + pictures
                            + " pictures with a head of " + expected[1] + " classes in place of '"
                            + card.network().head() + "' (expected " + Arrays.toString(expected) + ")",
                    "name the layer that makes the logits: TrustedScript.withHead, or --head");
        }
        if (!logits.requires_grad()) {
            throw refused(
                    "gives an output that the layer '" + card.network().head() + "' has no part in, or that it computes"
                            + " without gradients, so the head cannot learn",
                    "name the layer that makes the logits, or save the network without torch.no_grad");
        }
        if (!logits.isfinite().all().item_bool()) {
            throw refused(
                    "gives NaN or infinite logits for a picture from dark to light", "check how the file was made");
        }
    }

    private WeightsException refused(String seen, String remedy) {
        return new WeightsException(file, "its network " + seen, remedy);
    }

    private static String kind(IValue output) {
        if (output.isTuple()) {
            return "a tuple of " + output.toTuple().elements().size();
        }
        return output.isList() ? "a list" : output.isGenericDict() ? "a dict" : output.isNone() ? "None" : "no tensor";
    }
}
