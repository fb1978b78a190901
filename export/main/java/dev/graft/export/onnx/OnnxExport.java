package dev.graft.export.onnx;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.graft.environment.EnvironmentReport;
import dev.graft.export.onnx.Schema.Entry;
import dev.graft.export.onnx.Schema.Graph;
import dev.graft.export.onnx.Schema.Model;
import dev.graft.export.onnx.Schema.OperatorSet;
import dev.graft.export.onnx.Schema.Type;
import dev.graft.export.onnx.Schema.ValueInfo;
import dev.graft.files.AtomicFile;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Layer;
import dev.graft.model.ModelCard;
import dev.graft.weights.read.FileBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one of Graft's own networks as an ONNX file: opset 17, IR version 8, tensors inside.
 *
 * <p>The input {@code images} is float32 [batch, 3, height, width]: any number of pictures of the preprocessing's size,
 * RGB, normalised as the preprocessing says. The output is {@code logits} or {@code probabilities}, float32 [batch,
 * classes]. The metadata of the file are ASCII texts by these names:
 *
 * <ul>
 *   <li>{@code classes}: a JSON list of names, in the order of the output
 *   <li>{@code preprocessing}: a JSON object, see {@link Preprocessing#toJson}
 *   <li>{@code architecture}: torchvision's name of the network
 *   <li>{@code multi_label}: only of a multi-label model, whose probabilities are the sigmoid of each logit: a JSON object
 *       with the list {@code thresholds}
 *   <li>{@code producer} and {@code version}: graft, and its version
 * </ul>
 */
public final class OnnxExport {
    /** The name, among the metadata, of what a multi-label model's labels need. */
    static final String MULTI_LABEL = "multi_label";

    private static final String PRODUCER = "graft";
    /** The name of the number of pictures in the shapes of input and output. */
    private static final String BATCH = "batch";

    /** All in ASCII: ONNX Runtime's Java hands other characters over incomplete. */
    private static final ObjectWriter JSON = new ObjectMapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private final ModelCard card;
    private final OnnxOptions options;
    private final GraphMaker graph;

    private OnnxExport(Classifier classifier, OnnxOptions options) {
        this.options = options;
        card = classifier.card();
        List<Layer> layers = card.layers();
        graph = new GraphMaker(
                options,
                card.isMultiLabel(),
                classifier.state(),
                layers.get(layers.size() - 1).name());
    }

    /**
     * Writes a file. It appears complete or not at all. The classifier does not change. Equal weights, card and options
     * give equal bytes. The tensors go from native memory to the file, one at a time. Not for use while the classifier
     * is trained or moved.
     *
     * @param file replaced if it exists
     * @throws IllegalArgumentException when the network is not one of Graft's own
     * @throws IOException with the file and the remedy; the file is then unchanged
     */
    public static void write(Classifier classifier, Path file, OnnxOptions options) throws IOException {
        requireLayers(classifier.card());
        AtomicFile.write(file, out -> writeTo(out, classifier, options));
    }

    /** Writes the bytes of a file to any channel, which stays open. */
    static void writeTo(WritableByteChannel out, Classifier classifier, OnnxOptions options) throws IOException {
        OnnxExport export = new OnnxExport(classifier, options);
        for (Layer layer : classifier.card().layers()) {
            export.graph.add(layer);
        }
        export.writeTo(out);
    }

    private static void requireLayers(ModelCard card) {
        if (card.layers().isEmpty()) {
            throw new IllegalArgumentException(
                    "onnx: the network of " + card.network().title() + " is code in a TorchScript"
                            + " file, and Graft does not know its layers; save it as TorchScript instead, or load the original"
                            + " network and the saved tensors in Python and use torch.onnx.export");
        }
    }

    /** What a file's metadata say of a model, in the order of the file. */
    static Map<String, String> metadata(ModelCard card) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("producer", PRODUCER);
        texts.put("version", EnvironmentReport.version());
        texts.put("architecture", card.network().title());
        texts.put("classes", JSON.writeValueAsString(card.classes()));
        texts.put("preprocessing", JSON.writeValueAsString(card.preprocessing().toJson()));
        if (card.thresholds().isPresent())
            texts.put(
                    MULTI_LABEL,
                    JSON.writeValueAsString(
                            Map.of("thresholds", card.thresholds().get().values())));
        return texts;
    }

    /** The lengths of all tensors are known before their numbers are made, so the file is written in one go. */
    private void writeTo(WritableByteChannel out) throws IOException {
        Message start = graph.nodes().text(Graph.NAME, card.network().title());
        Message end = ends();
        long length = start.size() + (long) end.size();
        for (Initializer tensor : graph.initializers()) {
            length += tensor.start().size() + tensor.bytes();
        }
        if (length > Integer.MAX_VALUE) {
            throw new IOException("the tensors have " + length + " bytes, an ONNX file at most 2 GB");
        }
        put(opening().open(Model.GRAPH, length).raw(start), out);
        for (Initializer tensor : graph.initializers()) {
            put(tensor.start(), out);
            tensor.writeNumbers(out);
        }
        put(end.raw(closing()), out);
    }

    private static Message opening() throws IOException {
        return new Message()
                .number(Model.IR_VERSION, Schema.IR_VERSION)
                .text(Model.PRODUCER_NAME, PRODUCER)
                .text(Model.PRODUCER_VERSION, EnvironmentReport.version());
    }

    /** The graph's input and output. */
    private Message ends() throws IOException {
        Preprocessing p = card.preprocessing();
        String output = options.output().title();
        return new Message()
                .part(Graph.INPUT, value(Layer.INPUT, 3, p.height(), p.width()))
                .part(Graph.OUTPUT, value(output, card.classes().size()));
    }

    /** A float32 value [batch, sizes...]. */
    private static Message value(String name, long... sizes) throws IOException {
        Message shape = new Message().part(Type.DIMENSION, new Message().text(Type.SIZE_NAME, BATCH));
        for (long size : sizes) {
            shape.part(Type.DIMENSION, new Message().number(Type.SIZE, size));
        }
        Message tensor =
                new Message().number(Type.ELEMENT, Schema.Tensor.FLOAT32).part(Type.SHAPE, shape);
        return new Message().text(ValueInfo.NAME, name).part(ValueInfo.TYPE, new Message().part(Type.TENSOR, tensor));
    }

    private Message closing() throws IOException {
        Message closing =
                new Message().part(Model.OPSET_IMPORT, new Message().number(OperatorSet.VERSION, Schema.OPSET));
        for (Map.Entry<String, String> text : metadata(card).entrySet()) {
            Message entry = new Message().text(Entry.KEY, text.getKey()).text(Entry.VALUE, text.getValue());
            closing.part(Model.METADATA, entry);
        }
        return closing;
    }

    private static void put(Message message, WritableByteChannel out) throws IOException {
        FileBytes.write(ByteBuffer.wrap(message.toBytes()), out);
    }
}
