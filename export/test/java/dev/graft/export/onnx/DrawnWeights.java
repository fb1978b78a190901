package dev.graft.export.onnx;

import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Networks with weights from a seed, of the size that training gives. */
final class DrawnWeights {
    /** Height and width of the pictures. */
    static final int SIZE = 64;

    static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(SIZE, SIZE));

    /** Names that JSON and UTF-8 must bring through. */
    static final List<String> CLASSES = List.of("Kätzchen", "a \"dog\"", "猫", "😀", "e");

    private DrawnWeights() {}

    /** A classifier of five classes; the caller closes it. */
    static Classifier classifier(Architecture architecture, Path folder) throws IOException {
        Path file = folder.resolve(architecture.title() + ".pth");
        if (!file.toFile().exists()) {
            write(architecture, file);
        }
        try (RandomSource random = new RandomSource(5)) {
            return Classifier.graft(file, new ModelCard(architecture, CLASSES, SMALL), random);
        }
    }

    private static void write(Architecture architecture, Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        StateDictWriter state = new StateDictWriter();
        for (Map.Entry<String, List<Long>> e : architecture.trunkShapes().entrySet()) {
            if (e.getKey().endsWith("num_batches_tracked")) {
                state.add(e.getKey(), ScalarKind.I64, List.of(), ByteBuffer.allocate(Long.BYTES));
            } else {
                state.add(e.getKey(), ScalarKind.F32, e.getValue(), numbers(e.getKey(), e.getValue(), random));
            }
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            state.write(out);
        }
    }

    /** Uniform numbers; the deviation of a convolution's is that of He et al., so that no layer's output grows. */
    private static ByteBuffer numbers(String name, List<Long> shape, SplittableRandom random) {
        long count = shape.stream().reduce(1L, (a, b) -> a * b);
        double least = -0.2;
        double most = 0.2;
        if (shape.size() == 4) {
            most = Math.sqrt(6.0 / (count / shape.get(0)));
            least = -most;
        } else if (name.endsWith("running_var") || name.endsWith("bn1.weight")) {
            least = 0.5;
            most = 1.5;
        } else if (name.endsWith("weight")) { // also the last norm of a block: small, or the sums grow
            least = 0.1;
            most = 0.6;
        }
        ByteBuffer bytes =
                ByteBuffer.allocateDirect((int) (count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) random.nextDouble(least, most));
        }
        return bytes.flip();
    }
}
