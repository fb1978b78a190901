package dev.graft.export;

import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.graph.Head;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Opens a file of weights without a card as a classifier, with the head that is in it. */
final class ReopenedWeights {
    private ReopenedWeights() {}

    /**
     * Opens it.
     *
     * @param head the name of the head's layer in the file
     */
    static Reopened open(Path weights, ModelCard card, String head) throws IOException {
        Head layer = new Head(head);
        try (RandomSource random = new RandomSource(0)) { // its head is replaced
            Classifier classifier = Classifier.graft(weights, card, random);
            try (WeightsFile file = WeightsFile.open(weights)) {
                classifier.replaceHead(floats(file, layer.weight()), floats(file, layer.bias()));
                return new ReopenedClassifier(classifier);
            } catch (IOException | RuntimeException | Error e) {
                classifier.close();
                throw e;
            }
        }
    }

    private static float[] floats(WeightsFile file, String name) throws IOException {
        StoredTensor tensor = file.tensors().get(name);
        if (tensor == null) throw new IOException("there is no " + name);
        float[] values = new float[Math.toIntExact(tensor.elements())];
        ByteBuffer storage = file.view(tensor);
        storage.asFloatBuffer().get((int) tensor.offset(), values);
        return values;
    }
}
