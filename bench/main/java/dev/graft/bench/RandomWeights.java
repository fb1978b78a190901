package dev.graft.bench;

import dev.graft.model.StateWriter;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.PickleNode;
import dev.graft.weights.PickleWriter;
import dev.graft.weights.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An untrained ResNet18 as a state dict, drawn from seed 0: a step's time does not depend on what its weights know. */
final class RandomWeights {
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final RandomSource random;

    private RandomWeights(RandomSource random) {
        this.random = random;
    }

    /** Writes the file; one that is there is replaced. */
    static void write(Path file) throws IOException {
        try (NativeScope scope = NativeScope.open();
                RandomSource random = new RandomSource(0);
                FileChannel out = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                TorchZipWriter zip = new TorchZipWriter(out, "weights")) {
            RandomWeights weights = new RandomWeights(random);
            weights.draw();
            Map<String, Object> dict = new LinkedHashMap<>();
            weights.state.forEach((name, t) -> dict.put(name, StateWriter.node(Integer.toString(dict.size()), t)));
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(dict)));
            int storage = 0;
            for (Tensor t : weights.state.values()) {
                StateWriter.entry(zip, Integer.toString(storage++), t);
            }
        }
    }

    private void draw() {
        convolution("conv1", "bn1", 64, 3, 7);
        for (int stage = 1; stage <= 4; stage++) {
            int out = 32 << stage;
            for (int block = 0; block < 2; block++) {
                String name = "layer" + stage + "." + block;
                int in = stage > 1 && block == 0 ? out / 2 : out;
                convolution(name + ".conv1", name + ".bn1", out, in, 3);
                convolution(name + ".conv2", name + ".bn2", out, out, 3);
                if (in < out) {
                    convolution(name + ".downsample.0", name + ".downsample.1", out, in, 1);
                }
            }
        }
    }

    /** A convolution and the batch norm behind it. The bound keeps the values' spread from layer to layer. */
    private void convolution(String name, String norm, long out, long in, long kernel) {
        Tensor weight = torch.empty(out, in, kernel, kernel);
        double bound = Math.sqrt(6.0 / (in * kernel * kernel));
        random.uniform(weight, -bound, bound);
        state.put(name + ".weight", weight);
        state.put(norm + ".weight", torch.ones(out));
        state.put(norm + ".bias", torch.zeros(out));
        state.put(norm + ".running_mean", torch.zeros(out));
        state.put(norm + ".running_var", torch.ones(out));
        state.put(norm + ".num_batches_tracked", Tensor.create(0L).squeeze());
    }
}
