package dev.graft.examples;

import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** The embedded ResNet18 as a ResNet34: the last block of each stage again and again, its storages shared. */
final class DeeperWeights {
    private static final int[] BLOCKS = {3, 4, 6, 3};

    private DeeperWeights() {}

    /** @param keys under which state dicts lie; none for a plain one */
    static Path write(Path target, String... keys) throws IOException {
        try (WeightsFile file = WeightsFile.open(embedded());
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            Map<String, Object> dict = new LinkedHashMap<>();
            Map<String, StoredTensor> storages = new LinkedHashMap<>();
            file.tensors().forEach((name, tensor) -> {
                storages.put(tensor.storage(), tensor);
                PickleNode node = PickleNode.tensor(tensor, false);
                dict.put(name, node);
                for (int stage = 1; stage <= BLOCKS.length; stage++) {
                    for (int block = 2; block < BLOCKS[stage - 1]; block++) {
                        String last = "layer" + stage + ".1.";
                        if (name.startsWith(last)) {
                            dict.put(name.replace(last, "layer" + stage + "." + block + "."), node);
                        }
                    }
                }
            });
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(under(dict, keys))));
            for (StoredTensor tensor : storages.values()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) tensor.storageBytes());
                file.readStorage(tensor, bytes);
                zip.entry("data/" + tensor.storage(), bytes.flip());
            }
        }
        return target;
    }

    private static Map<String, Object> under(Map<String, Object> dict, String... keys) {
        if (keys.length == 0) return dict;
        Map<String, Object> outer = new LinkedHashMap<>();
        for (String key : keys) {
            Map<String, Object> own = new LinkedHashMap<>(dict);
            if (!outer.isEmpty()) own.put("bn1.bias", dict.get("bn1.weight")); // else they are one network
            outer.put(key, PickleNode.orderedDict(own));
        }
        return outer;
    }

    /** Not yet in a jar when tests run. */
    private static Path embedded() {
        return Path.of(URI.create(CatDog.class.getResource("resnet18-lite.pth").toString()));
    }
}
