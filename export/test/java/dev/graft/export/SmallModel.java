package dev.graft.export;

import dev.graft.files.AtomicFile;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.Network;
import dev.graft.torch.RandomSource;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Saved models of random weights, for pictures of 64 x 64. */
public final class SmallModel {
    static final Resize SQUARE = new Resize.Stretch(64, 64);

    private SmallModel() {}

    static ModelCard card(Network network, Resize resize) {
        return new ModelCard(
                network,
                List.of("cat", "dog", "Zwölf \"Hunde\"\n"),
                Preprocessing.standard().withResize(resize));
    }

    /** Saves a model of this card. */
    public static Path save(Path file, Architecture architecture, Resize resize) throws IOException {
        return save(file, architecture, card(architecture, resize));
    }

    static Path save(Path file, Architecture architecture, ModelCard card) throws IOException {
        Path weights = weights(file.resolveSibling("weights.pth"), architecture);
        try (RandomSource random = new RandomSource(5);
                Classifier classifier = Classifier.graft(weights, card, random)) {
            classifier.save(file);
        }
        return file;
    }

    /** Writes the weights, without a head. */
    static Path weights(Path file, Architecture architecture) throws IOException {
        StateDictWriter weights = new StateDictWriter();
        Random random = new Random(1);
        architecture.trunkShapes().forEach((name, shape) -> {
            boolean counter = shape.isEmpty();
            int n = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
            ByteBuffer bytes = ByteBuffer.allocate(counter ? 8 : 4 * n).order(ByteOrder.LITTLE_ENDIAN);
            if (counter) bytes.putLong(0, 7);
            else
                for (int i = 0; i < n; i++)
                    bytes.putFloat(4 * i, value(name, n / shape.get(0).intValue(), random));
            weights.add(name, counter ? ScalarKind.I64 : ScalarKind.F32, shape, bytes);
        });
        AtomicFile.write(file, weights::write);
        return file;
    }

    /** Keeps the sizes of activations about equal from layer to layer. */
    private static float value(String name, int fanIn, Random random) {
        float uniform = 2 * random.nextFloat() - 1;
        if (fanIn > 1) return uniform * (float) Math.sqrt(6.0 / fanIn);
        if (name.endsWith("running_var")) return 1 + Math.abs(uniform);
        if (name.endsWith("weight")) return name.contains(".bn") ? 0.5f : 1 + uniform / 4;
        return uniform / 4;
    }
}
