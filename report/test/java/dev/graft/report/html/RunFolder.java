package dev.graft.report.html;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Writes the folder of a small run: pictures of two classes, three of six validation pictures recognised. */
final class RunFolder {
    static final List<String> CLASSES = List.of("cat", "dog");

    private final Path folder;

    RunFolder(Path folder) {
        this.folder = folder;
    }

    /** All files of a run. */
    static RunFolder whole(Path folder) throws IOException {
        return new RunFolder(folder).pictures().record().metrics().predictions().outOfFold();
    }

    Path path() {
        return folder;
    }

    Path pictures(String name) {
        return folder.resolve("pets").resolve(name);
    }

    RunFolder pictures() throws IOException {
        for (String name : CLASSES)
            for (int i = 0; i < 3; i++) {
                Path file = pictures(name + "/" + i + ".jpg");
                Files.createDirectories(file.getParent());
                Files.write(file, drawn("jpg", 200, 300, new Color(60 * i + 40, 90, 140)));
            }
        return this;
    }

    /** A picture with a light disc. */
    static byte[] drawn(String format, int width, int height, Color ground) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(ground);
        pen.fillRect(0, 0, width, height);
        pen.setColor(Color.WHITE);
        pen.fillOval(width / 4, height / 4, width / 2, height / 2);
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    RunFolder record() throws IOException {
        return write("run.json", """
                {"format":1,"command":["graft","train","my pets"],"began":"2026-11-28T23:10:00Z","seconds":12.5,
                 "machine":{"processor":"two cores","threads":"2"},"seed":7,"device":"cpu","precision":"fp32",
                 "network":{"title":"resnet18","weights":"resnet18.pth","sha256":"ab12","notes":["head dropped"]},
                 "data":{"place":"%s","classes":["cat","dog"],"training":{"cat":1000,"dog":900},
                  "validation":{"cat":3,"dog":3},"test":{},"findings":["1 file is no picture"]},
                 "files":{"model.pt":{"bytes":45000000,"sha256":"cd34"}}}
                """.formatted(folder.resolve("pets").toString().replace("\\", "\\\\")));
    }

    RunFolder metrics() throws IOException {
        StringBuilder lines = new StringBuilder("{\"features_s\":2.0,\"wait_s\":0.5,\"features_computed\":6}\n");
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (int step = 0; step < 4; step++)
                lines.append("{\"epoch\":%d,\"step\":%d,\"loss\":%s}%n".formatted(epoch, step, 1.0 / (epoch + step)));
            lines.append(
                    "{\"epoch\":%d,\"epochs\":3,\"phase\":\"head\",\"mean_loss\":%s,\"val_accuracy\":%s,\"train_s\":1.5,\"val_s\":0.25,\"wait_s\":0.5}%n"
                            .formatted(epoch, 0.5 / epoch, 0.25 * epoch));
        }
        return write("metrics.jsonl", lines.toString());
    }

    RunFolder predictions() throws IOException {
        return write("predictions.csv", """
                file,actual,predicted,p(cat),p(dog)
                cat/0.jpg,cat,cat,0.9000000,0.1000000
                cat/1.jpg,cat,dog,0.2000000,0.8000000
                cat/2.jpg,cat,dog,0.0500000,0.9500000
                dog/0.jpg,dog,dog,0.3000000,0.7000000
                dog/1.jpg,dog,cat,0.6000000,0.4000000
                dog/2.jpg,dog,dog,0.0000000,1.0000000
                """);
    }

    RunFolder outOfFold() throws IOException {
        return write("out-of-fold.csv", """
                file,actual,predicted,p(actual),p(predicted)
                dog/1.jpg,dog,cat,0.0300000,0.9700000
                cat/1.jpg,cat,cat,0.6000000,0.6000000
                dog/0.jpg,dog,dog,0.7000000,0.7000000
                cat/0.jpg,cat,cat,0.8800000,0.8800000
                """);
    }

    RunFolder write(String name, String text) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    /** The report of this folder, as text. */
    String report(Explanations explanations) throws IOException {
        Path html = folder.resolve("report.html");
        Report.of(folder).explanations(explanations).write(html);
        return Files.readString(html);
    }

    String report() throws IOException {
        return report(Explanations.NONE);
    }
}
