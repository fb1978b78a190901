package org.example;

import dev.graft.data.ImageFolder;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.ConsoleReport;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.train.Trainer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Draws circles and squares, and trains a model on them: a file of ResNet18's weights, then the folder for both. */
public class MakeModel {
    private static final Random RANDOM = new Random(7);

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        for (int i = 0; i < 12; i++) {
            draw(folder.resolve("pictures/circle/" + i + ".png"), true);
            draw(folder.resolve("pictures/square/" + i + ".png"), false);
        }
        draw(folder.resolve("unseen-circle.png"), true);
        draw(folder.resolve("unseen-square.png"), false);
        draw(folder.resolve("large-circle.png"), true, 25); // takes a while to decode

        ImageFolder shapes = ImageFolder.open(folder.resolve("pictures"));
        ModelCard card = new ModelCard(Architecture.RESNET18, shapes.classes(), Preprocessing.standard());
        try (RandomSource random = new RandomSource(42);
                Classifier classifier = Classifier.graft(Path.of(args[0]), card, random)) {
            Trainer.of(classifier, shapes, TrainingPlan.auto()).drawingFrom(random)
                    .listener(new ConsoleReport(System.out::println))
                    .fit();
            classifier.save(folder.resolve("shapes.pt"));
        }
    }

    private static void draw(Path file, boolean circle) throws Exception {
        draw(file, circle, 1);
    }

    private static void draw(Path file, boolean circle, int scale) throws Exception {
        BufferedImage image = new BufferedImage(120 * scale, 100 * scale, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(scale, scale);
        g.setColor(new Color(180 + RANDOM.nextInt(70), 180 + RANDOM.nextInt(70), 180 + RANDOM.nextInt(70)));
        g.fillRect(0, 0, 120, 100);
        int size = 40 + RANDOM.nextInt(20);
        int x = 25 + RANDOM.nextInt(20);
        int y = 15 + RANDOM.nextInt(15);
        g.setColor(circle ? Color.RED : Color.BLUE);
        if (circle) g.fillOval(x, y, size, size);
        else g.fillRect(x, y, size, size);
        g.dispose();
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", new File(file.toString()));
    }
}
