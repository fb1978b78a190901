package dev.graft.export.onnx;

import dev.graft.export.onnx.OnnxOptions.Norms;
import dev.graft.export.onnx.OnnxOptions.Output;
import dev.graft.files.FileFault;
import dev.graft.model.Classifier;
import dev.graft.model.Probabilities;
import dev.graft.torch.NativeScope;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Compares an ONNX file with the classifier that it was written from. LibTorch computes the file's nodes, so a mistake of
 * the writer is seen; each byte is compared with what is to be written, so damage that hardly changes the logits is seen
 * too.
 */
public final class OnnxCheck {
    /**
     * The allowed difference of two logits, as a fraction of the picture's largest, or of 1 if all are smaller. If they
     * differ by no more, the class with the largest is the same, unless two logits are closer than twice that.
     */
    public static final double TOLERANCE = 1e-4;

    private static final int BUFFER = 1 << 16;

    private final OnnxModel model;
    private final FileChannel file;

    private OnnxCheck(OnnxModel model, FileChannel file) {
        this.model = model;
        this.file = file;
    }

    /**
     * Reads a file of this version's {@link OnnxExport}, computes its output for pictures, and compares it with the
     * classifier's; then compares the file's bytes. Puts the classifier into evaluation mode.
     *
     * @param classifier with float32 computation, as on the processor
     * @param images float32 [n, 3, height, width] on the classifier's device, normalised, such as a few sample pictures
     * @return the logits of the file, float32 [n, classes] on the processor, owned by the open scope
     * @throws IOException with the file and what is wrong, when it is damaged or gives other logits
     */
    public static Tensor compare(Path file, Classifier classifier, Tensor images) throws IOException {
        try (FileChannel channel = FileChannel.open(file);
                InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER)) {
            OnnxCheck check = new OnnxCheck(OnnxParser.parse(in), channel);
            check.requireForm();
            check.requireMetadata(OnnxExport.metadata(classifier.card()));
            classifier.trainingMode(false);
            Tensor logits = check.compare(classifier, images);
            check.requireBytes(classifier);
            return logits;
        } catch (IOException e) {
            throw new IOException(
                    "onnx: " + file + " does not hold the classifier: " + FileFault.words(e)
                            + "; write it again, and check the disk if it happens twice",
                    e);
        }
    }

    private Tensor compare(Classifier classifier, Tensor images) throws IOException {
        String output = model.outputs().get(0);
        String logits = Output.LOGITS.title();
        try (GraphRun run = new GraphRun(model, file)) {
            try (NativeScope scope = NativeScope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                Tensor expected = classifier.forward(images).cpu();
                run.run(model.inputs().get(0), images.cpu(), Set.copyOf(List.of(output, logits)));
                requireClose(logits, run.value(logits), expected);
                if (!output.equals(logits)) {
                    requireClose(output, run.value(output), Probabilities.of(classifier.card(), expected));
                }
            }
            return new Tensor(run.value(logits)); // for the caller's scope
        }
    }

    private void requireForm() throws IOException {
        List<String> known = List.of(Output.LOGITS.title(), Output.PROBABILITIES.title());
        if (model.irVersion() != Schema.IR_VERSION
                || model.opset() != Schema.OPSET
                || model.inputs().size() != 1
                || model.outputs().size() != 1
                || !known.containsAll(model.outputs())) {
            throw new IOException("it has IR version " + model.irVersion() + ", opset " + model.opset() + ", inputs "
                    + model.inputs() + " and outputs " + model.outputs() + ", which Graft does not write");
        }
    }

    private void requireMetadata(Map<String, String> expected) throws IOException {
        for (String name : List.of("architecture", "classes", "preprocessing", OnnxExport.MULTI_LABEL)) {
            if (!Objects.equals(expected.get(name), model.metadata().get(name))) {
                throw new IOException("its metadata give as " + name + " "
                        + model.metadata().get(name) + ", expected was " + expected.get(name));
            }
        }
    }

    private void requireBytes(Classifier classifier) throws IOException {
        boolean kept = model.nodes().stream().anyMatch(n -> n.operator().equals("BatchNormalization"));
        boolean logits = model.outputs().contains(Output.LOGITS.title());
        OnnxOptions options =
                new OnnxOptions(kept ? Norms.KEPT : Norms.FOLDED, logits ? Output.LOGITS : Output.PROBABILITIES);
        ComparingChannel comparing = new ComparingChannel(file);
        OnnxExport.writeTo(comparing, classifier, options);
        comparing.end();
    }

    private static void requireClose(String name, Tensor made, Tensor expected) throws IOException {
        if (!Arrays.equals(made.shape(), expected.shape())) {
            throw new IOException("its " + name + " have the shape " + Arrays.toString(made.shape()) + ", expected was "
                    + Arrays.toString(expected.shape()));
        }
        Tensor scale = expected.abs().amax(new long[] {1}, true).clamp_min(new Scalar(1));
        double difference = made.sub(expected).abs().div(scale).max().item_double();
        if (!(difference <= TOLERANCE)) { // also when it is not a number
            throw new IOException("its " + name + " differ by " + difference + " of the largest from the classifier's,"
                    + " allowed is " + TOLERANCE);
        }
    }
}
