package dev.graft.spark;

import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** A model that has learnt nothing, for pictures of 32 x 32, and pictures. */
final class SmallModel {
    static final List<String> CLASSES = List.of("blue", "green", "red");

    private static byte[] saved; // guarded by the class

    private SmallModel() {}

    /** Writes the model into a folder; it is made once. */
    static synchronized Path save(Path folder) throws IOException {
        if (saved == null) saved = Files.readAllBytes(make(folder));
        return Files.write(folder.resolve("model.pt"), saved);
    }

    private static Path make(Path folder) throws IOException {
        Preprocessing small = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
        Path model = folder.resolve("model.pt");
        try (RandomSource random = new RandomSource(1);
                Classifier classifier = Classifier.graft(
                        weights(folder.resolve("random.pth")),
                        new ModelCard(Architecture.RESNET18, CLASSES, small),
                        random)) {
            classifier.save(model);
        }
        return model;
    }

    private static Path weights(Path file) throws IOException {
        Random random = new Random(7);
        StateDictWriter writer = new StateDictWriter();
        Architecture.RESNET18.trunkShapes().forEach((name, shape) -> {
            if (name.endsWith("num_batches_tracked")) return;
            int n = shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
            ByteBuffer values = ByteBuffer.allocate(n * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            double spread = shape.size() == 4 ? Math.sqrt(2.0 * shape.get(0) / n) : 0;
            double middle = name.endsWith("running_var") ? 1 : name.endsWith("weight") && spread == 0 ? 0.5 : 0;
            for (int i = 0; i < n; i++) values.putFloat((float) (middle + spread * random.nextGaussian()));
            writer.add(name, ScalarKind.F32, shape, values.flip());
        });
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writer.write(out);
        }
        return file;
    }

    /** A picture of one colour, with a white square. */
    static byte[] picture(String format, int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics pen = image.getGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, width, height);
        pen.setColor(Color.WHITE);
        pen.fillRect(width / 4, height / 4, width / 3, height / 3);
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) throw new AssertionError("no writer for " + format);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    static byte[] png(Color colour) {
        return picture("png", 40, 36, colour);
    }

    /** The i-th of pictures that are all different; reddish if i is even, else bluish. */
    static byte[] numbered(int i) {
        int shade = 255 - i % 100;
        return picture(
                "png", 40 + i % 7, 36, i % 2 == 0 ? new Color(shade, i / 100, 40) : new Color(40, i / 100, shade));
    }

    /** The class of a numbered picture. */
    static String colour(int i) {
        return i % 2 == 0 ? "red" : "blue";
    }
}
