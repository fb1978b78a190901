package dev.graft.export;

import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Opens a file of weights without a card as a classifier, with the head that is in it. */
final class ReopenedWeights {
    private ReopenedWeights() {}

    /**
     * Opens it.
     *
     * @param names the file's name for a tensor of the head
     */
    static Reopened open(Path weights, ModelCard card, UnaryOperator<String> names) throws IOException {
        try (RandomSource random = new RandomSource(0)) { // its head is replaced
            Classifier classifier = Classifier.graft(weights, card, random);
            try (WeightsFile file = WeightsFile.open(weights)) {
                for (Map.Entry<String, Tensor> tensor :
                        classifier.parametersOf(Classifier.HEAD).entrySet())
                    set(tensor.getValue(), file, names.apply(tensor.getKey()));
                return new ReopenedClassifier(classifier);
            } catch (IOException | RuntimeException | Error e) {
                classifier.close();
                throw e;
            }
        }
    }

    private static void set(Tensor tensor, WeightsFile file, String name) throws IOException {
        float[] values = floats(file, name);
        if (values.length != tensor.numel())
            throw new IOException(name + " has " + values.length + " numbers, expected are " + tensor.numel());
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            tensor.copy_(Tensor.create(values, tensor.shape()));
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
