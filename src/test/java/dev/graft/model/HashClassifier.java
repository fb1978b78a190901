package dev.graft.model;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.torch.ComputeDevice;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/** Classifiers with the hash's weights, and what tests look at them with. */
public final class HashClassifier {
    static final Preprocessing SMALL =
            Preprocessing.standard().withResize(new Resize.Stretch(HashState.SIZE, HashState.SIZE));
    static final List<String> TEN = Stream.of("abcdefghij".split("")).toList();

    private HashClassifier() {}

    /** The golden network of ten classes: the file's own head, by way of a card beside it. */
    public static Classifier load(Path path, Architecture architecture) throws IOException {
        try (WeightsFile file = WeightsFile.open(path)) {
            return Grafting.load(file, new ModelCard(architecture, TEN, SMALL));
        }
    }

    /** The golden pictures 0 and 1 as a batch, belonging to the open scope. */
    public static Tensor twoPictures(Path folder, Layout layout) throws IOException {
        ByteBuffer pixels = ByteBuffer.allocateDirect(2 * HashState.SIZE * HashState.SIZE * 3);
        PictureReader reader = new PictureReader(SMALL);
        for (int i = 0; i < 2; i++) {
            reader.readBytes(HashState.picture(folder.resolve("p" + i + ".png"), i), pixels.slice(i * 12288, 12288));
        }
        try (Staging staging = new Staging(ComputeDevice.CPU, layout, SMALL)) {
            return staging.toDevice(new HostBatch(staging.wrap(pixels, 2), new long[2], new int[2], 2))
                    .images();
        }
    }

    /** What a method of the network gives for pictures, such as {@code stem} or {@code features}, belonging to the open scope. */
    static Tensor run(Classifier classifier, String method, Tensor images) {
        JitModule module = classifier.network().module();
        IValue result = module.get_method(method).apply(new IValueVector(new IValue(images)));
        return new Tensor(result.toTensor());
    }

    /** The L2 norm of the difference, in that of what is expected. */
    public static double relative(Tensor made, Tensor expected) {
        return made.sub(expected).norm().item_double() / expected.norm().item_double();
    }
}
