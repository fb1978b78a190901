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
 * Tests a foreign network before it is trained: in evaluation mode, on the processor, with two pictures, each alone and
 * both in one batch. Finds a wrong input size, an output that is not a tensor of logits, a head that does not compute
 * the output, a network that was traced in training mode or for a batch of one, one that ends in a softmax, and one
 * that cannot read channels_last.
 */
final class DryRun {
    /**
     * Allowed difference for the same input, relative to the largest logit. The result is nearly always equal to the
     * bit.
     */
    private static final double AGAIN = 1e-3;

    /**
     * Allowed difference between batch sizes, relative to the largest logit. Another batch size sums in another order:
     * this changed the logits of ten torchvision networks by up to 1e-6. One step of bfloat16 is up to 8e-3. Batch
     * norms that were traced in training mode changed the logits of eight networks by 0.16 to 1.4.
     */
    private static final double TOGETHER = 1e-2;

    /** What the test found. */
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
     * @return whether it takes row-major pictures only, and notes for the user
     * @throws WeightsException when it is not a classifier for such pictures
     */
    Findings run() throws WeightsException {
        module.eval();
        try (NativeScope scope = NativeScope.open();
                AutoGradMode gradients = new AutoGradMode(true)) {
            Tensor first = ramp(card.preprocessing().resize());
            Tensor second = first.mul(new Scalar(40.0)).cos();
            Tensor alone = logits(first, sizeOrHead());
            requireSame(alone, logits(first, sizeOrHead()), AGAIN, "when the same picture is shown again");
            Tensor each = torch.cat(new TensorVector(alone, logits(second, sizeOrHead())), 0);
            Tensor both = logits(
                    torch.cat(new TensorVector(first, second), 0),
                    "trace the network with a batch of two, or script it");
            requireSame(each, both, TOGETHER, "when a picture is in a batch with another one");
            List<String> notes = probabilities(both)
                    ? List.of(
                            "the network's outputs are probabilities, but the loss needs logits and learns slowly from"
                                    + " probabilities: remove the softmax from the network")
                    : List.of();
            return new Findings(!takes(first.contiguous(torch.MemoryFormat.ChannelsLast)), notes);
        }
    }

    /** A picture from dark to light. A picture of one colour is a special case for some networks. */
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
        String size = "set the preprocessing's size to the network's input size";
        return ScriptHead.isTheOnlyOne(template, card.network().head())
                ? "this is its only linear layer, so " + size
                : ScriptHead.nameAnother(template) + "; if it is the right layer, " + size;
    }

    private boolean takes(Tensor pictures) {
        try {
            return module.forward(new IValueVector(new IValue(pictures))).isTensor();
        } catch (RuntimeException e) {
            System.getLogger("dev.graft")
                    .log(System.Logger.Level.DEBUG, "model: " + file + " does not accept channels_last", e);
            return false;
        }
    }

    private Tensor checked(IValue output, long pictures, String remedy) throws WeightsException {
        if (!output.isTensor()) {
            throw refused(
                    "returns " + kind(output) + ", but one tensor of logits is expected",
                    "wrap the network so that forward returns only the logits, and save it again");
        }
        Tensor logits = new Tensor(output.toTensor());
        long[] expected = {pictures, card.classes().size()};
        if (!Arrays.equals(logits.shape(), expected)) {
            throw refused(
                    "returns an output of shape " + Arrays.toString(logits.shape()) + " for " + pictures
                            + " pictures with " + newHead() + " (expected " + Arrays.toString(expected) + ")",
                    pictures > 1 ? remedy : ScriptHead.nameAnother(template)); // a single picture had the right shape
        }
        if (!logits.requires_grad()) {
            throw refused(
                    "returns an output that does not depend on the layer '"
                            + card.network().head() + "', or that is"
                            + " computed without gradients, so the head cannot learn",
                    ScriptHead.nameAnother(template) + "; or save the network without torch.no_grad");
        }
        if (!logits.isfinite().all().item_bool()) {
            throw refused("returns NaN or infinite logits for a test picture", "check the weights in the file");
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
                            "returns different logits %s: by %.2g, the largest logit is %.2g (traced in training mode?)",
                            when,
                            difference,
                            logit),
                    "call model.eval() before torch.jit.trace; in code that is scripted, make dropout depend on self.training");
        }
    }

    private static double largest(Tensor t) {
        return t.detach().abs().max().item().toDouble();
    }

    /** Whether each row is non-negative and sums to 1. */
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
        return output.isList()
                ? "a list"
                : output.isGenericDict() ? "a dict" : output.isNone() ? "None" : "a value that is not a tensor";
    }
}
