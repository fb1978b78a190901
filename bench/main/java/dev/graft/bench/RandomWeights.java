package dev.graft.bench;

import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.state.StateWriter;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An untrained network, drawn from seed 0: how long it takes does not depend on what its weights know. */
final class RandomWeights {
    private RandomWeights() {}

    /** A head of the card's classes on random weights. The card's network is an {@link Architecture}. */
    static Classifier graft(ModelCard card) throws IOException {
        Path file = Files.createTempFile("graft-bench", ".pth");
        try (RandomSource random = new RandomSource(0)) {
            write(file, Architecture.named(card.network().title()), random);
            return Classifier.graft(file, card, random);
        } finally {
            Files.delete(file);
        }
    }

    private static void write(Path file, Architecture architecture, RandomSource random) throws IOException {
        try (NativeScope scope = NativeScope.open();
                FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "weights")) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            architecture.trunkShapes().forEach((name, shape) -> state.put(name, draw(name, shape, random)));
            Map<String, Object> dict = new LinkedHashMap<>();
            state.forEach((name, t) -> dict.put(name, StateWriter.node(Integer.toString(dict.size()), t)));
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(dict)));
            int storage = 0;
            for (Tensor t : state.values()) {
                StateWriter.entry(zip, Integer.toString(storage++), t);
            }
        }
    }

    /** Convolutions keep the spread of the values, batch norms halve it: the sums of a deep network stay small. */
    private static Tensor draw(String name, List<Long> shape, RandomSource random) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        if (sizes.length == 0) return Tensor.create(0L).squeeze(); // a counter of batches
        if (sizes.length == 4) {
            Tensor weight = torch.empty(sizes);
            double bound = Math.sqrt(6.0 / (sizes[1] * sizes[2] * sizes[3]));
            random.uniform(weight, -bound, bound);
            return weight;
        }
        if (name.endsWith("running_var")) return torch.ones(sizes);
        return torch.zeros(sizes).add(new Scalar(name.endsWith("weight") ? 0.5 : 0));
    }
}
