package dev.graft.cli;

import dev.graft.data.ImageFolder;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.train.Trainer;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import javax.imageio.ImageIO;

/** A model that tells blue from red pictures, and such pictures. */
final class ColourModel {
    private static final int SIZE = 32;

    /** What was trained in this JVM already. */
    private static Path trained;

    private ColourModel() {}

    /** Trains it, the first time in a JVM, and saves it. */
    static synchronized Path save(Path folder) throws IOException {
        Path data = folder.resolve("learnt");
        for (int i = 0; i < 8; i++) {
            blue(data.resolve("train/blue/" + i + ".png"), i);
            red(data.resolve("train/red/" + i + ".png"), i);
            blue(data.resolve("val/blue/" + i + ".png"), i + 20);
            red(data.resolve("val/red/" + i + ".png"), i + 20);
        }
        Preprocessing small = Preprocessing.standard().withResize(new Resize.Stretch(SIZE, SIZE));
        Path model = folder.resolve("model.pt");
        if (trained != null) return Files.copy(trained, model);
        try (ImageFolder pictures = ImageFolder.open(data);
                RandomSource random = new RandomSource(1);
                Classifier classifier = Classifier.graft(
                        weights(folder.resolve("random.pth")),
                        new ModelCard(Architecture.RESNET18, pictures.classes(), small),
                        random)) {
            Trainer.of(classifier, pictures, TrainingPlan.auto())
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .fit();
            classifier.save(model);
        }
        Path kept = Files.createTempFile("colours", ".pt"); // the other one is the test's
        kept.toFile().deleteOnExit();
        trained = Files.copy(model, kept, StandardCopyOption.REPLACE_EXISTING);
        return model;
    }

    /** A ResNet18 that has learnt nothing; what it makes of red and of blue differs all the same. */
    static Path weights(Path file) throws IOException {
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

    static Path blue(Path file, int shade) throws IOException {
        return draw(file, new Color(shade, 3 * shade % 50, 255 - shade));
    }

    static Path red(Path file, int shade) throws IOException {
        return draw(file, new Color(255 - shade, 5 * shade % 50, shade));
    }

    private static Path draw(Path file, Color colour) throws IOException {
        BufferedImage image = new BufferedImage(SIZE + 5, SIZE + 3, BufferedImage.TYPE_INT_RGB);
        Graphics pen = image.getGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        pen.dispose();
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
