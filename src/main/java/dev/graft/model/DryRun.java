package dev.graft.model;

import dev.graft.image.Resize;
import dev.graft.model.script.ScriptArchive;
import dev.graft.model.script.ScriptHead;
import dev.graft.torch.NativeScope;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.tensor.WeightsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Shows a foreign network two pictures, each alone and both together, before anybody spends an hour on it: in evaluation
 * mode, on the processor. Finds a wrong input size, an output that is no tensor of logits, a head that does not make the
 * output, a network that was traced in training mode or for one picture at a time, one that ends in a softmax, and one that
 * cannot read channels_last.
 */
final class DryRun {
    /** Of the largest logit. The same numbers in the same order: a network gives the same, to the bit nearly always. */
    private static final double AGAIN = 1e-3;

    /**
     * Of the largest logit. A batch of another size is summed in another order: that moved ten networks of torchvision by up
     * to 1e-6, and where a network computes in bfloat16 one step is up to 8e-3. Batch norms that were traced in training mode
     * moved eight networks by 0.16 to 1.4.
     */
    private static final double TOGETHER = 1e-2;

    /** What one learns by it. */
    record Findings(boolean contiguousOnly, List<String> notes) {}

    private final Path file;
    private final JitModule module;
    private final ModelCard card;
    private final ScriptTemplate template;

    DryRun(Path file, JitModule module, ModelCard card, ScriptTemplate template) {
        this.file = file;
        this.module = module;
        this.card = card;
        this.template = template;
    }

    /**
     * Runs the network.
     *
     * @return whether it takes row-major pictures only, and what the user should know
     * @throws WeightsException when it is no classifier of such pictures
     */
    Findings run() throws WeightsException {
        module.eval();
        try (NativeScope scope = NativeScope.open();
                AutoGradMode gradients = new AutoGradMode(true)) {
            Tensor first = ramp(card.preprocessing().resize());
            Tensor second = first.mul(new Scalar(40.0)).cos();
            Tensor alone = logits(first, sizeOrHead());
            requireSame(alone, logits(first, sizeOrHead()), AGAIN, "each time it is shown the same picture");
            Tensor each = torch.cat(new TensorVector(alone, logits(second, sizeOrHead())), 0);
            Tensor both = logits(
                    torch.cat(new TensorVector(first, second), 0),
                    "trace the network with a batch of two, or script it");
            requireSame(each, both, TOGETHER, "each time a picture has another beside it");
            List<String> notes = probabilities(both)
                    ? List.of(
                            "its outputs are probabilities, the loss takes logits and learns slowly from them: leave the"
                                    + " softmax out of the network")
                    : List.of();
            return new Findings(!takes(first.contiguous(torch.MemoryFormat.ChannelsLast)), notes);
        }
    }

    /** From dark to light: a picture of one colour is a special case for some networks. */
    static Tensor ramp(Resize size) {
        long numbers = 3L * size.height() * size.width();
        return torch.linspace(new Scalar(-2.0), new Scalar(2.0), numbers).view(1, 3, size.height(), size.width());
    }

    private Tensor logits(Tensor pictures, String remedy) throws WeightsException {
        IValue output;
        try {
            output = module.forward(new IValueVector(new IValue(pictures)));
        } catch (RuntimeException e) {
            throw new WeightsException(
                    file,
                    "its network fails on pictures of shape " + Arrays.toString(pictures.shape()) + " with " + newHead()
                            + ": " + ScriptArchive.reason(e),
                    remedy,
                    e);
        }
        return checked(output, pictures.size(0), remedy);
    }

    private String newHead() {
        return "a head of " + card.classes().size() + " classes in place of '"
                + card.network().head() + "'";
    }

    private String sizeOrHead() {
        String size = "set the preprocessing's size to the one that the network was made for";
        return ScriptHead.isTheOnlyOne(template, card.network().head())
                ? "that is its only linear layer, so " + size
                : ScriptHead.nameAnother(template) + "; where it is the right one, " + size;
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

    private Tensor checked(IValue output, long pictures, String remedy) throws WeightsException {
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
                            + " pictures with " + newHead() + " (expected " + Arrays.toString(expected) + ")",
                    pictures > 1 ? remedy : ScriptHead.nameAnother(template)); // one alone had the right shape
        }
        if (!logits.requires_grad()) {
            throw refused(
                    "gives an output that the layer '" + card.network().head() + "' has no part in, or that it computes"
                            + " without gradients, so the head cannot learn",
                    ScriptHead.nameAnother(template) + "; or save the network without torch.no_grad");
        }
        if (!logits.isfinite().all().item_bool()) {
            throw refused("gives NaN or infinite logits for a made-up picture", "check how the file was made");
        }
        return logits;
    }

    private void requireSame(Tensor expected, Tensor seen, double tolerance, String when) throws WeightsException {
        double difference = largest(seen.sub(expected));
        double logit = Math.max(largest(expected), largest(seen));
        if (difference > tolerance * logit) {
            throw refused(
                    String.format(
                            Locale.ROOT,
                            "answers otherwise %s, by %.2g where the largest logit is %.2g (traced in training mode?)",
                            when,
                            difference,
                            logit),
                    "call model.eval() before torch.jit.trace; in code that is scripted, let dropout heed self.training");
        }
    }

    private static double largest(Tensor t) {
        return t.detach().abs().max().item().toDouble();
    }

    /** Rows that are not negative and sum to 1. */
    private static boolean probabilities(Tensor rows) {
        Tensor r = rows.detach();
        return r.min().item().toDouble() >= 0 && largest(r.sum(1).sub(new Scalar(1.0))) < 1e-3;
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
