package dev.graft.examples.video;

import dev.graft.data.ImageFolder;
import dev.graft.examples.CatDog;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.train.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** What the program does for users who name no source: it draws a video, trains a model for it, and watches it. */
final class Demonstration {
    private static final Path FOLDER = Path.of("graft-out", "video");
    private static final int TRAIN = 16;
    private static final int VALIDATION = 4;
    private static final int TURNS = 4;
    private static final double TURN_SECONDS = 3;
    private static final double RATE = 12.5;
    private static final long SEED = 7;

    private Demonstration() {}

    static void run(VideoOptions options, PrintStream out) throws IOException {
        if (options.model().isPresent())
            throw new IllegalArgumentException("--model needs a source: a file, camera:0 or an address");
        Path video = FOLDER.resolve("yard.mp4");
        Path model = FOLDER.resolve("model.pt");
        if (!Files.exists(model)) {
            out.println("drawing " + 2 * (TRAIN + VALIDATION) + " pictures of a yard, and training a model with them");
            DrawnYard.writePictures(FOLDER.resolve("pictures"), TRAIN, VALIDATION, SEED);
            train(FOLDER.resolve("pictures"), model);
        }
        if (!Files.exists(video)) {
            out.println("drawing the video " + video);
            DrawnYard.writeVideo(video, TURNS, TURN_SECONDS, RATE, SEED);
        }
        VideoFrames.watch(withDefaults(options, video, model), out);
    }

    private static VideoOptions withDefaults(VideoOptions o, Path video, Path model) {
        return new VideoOptions(
                Optional.of(video.toString()),
                Optional.of(model),
                o.fps(),
                o.smoothSeconds(),
                o.rule(),
                o.out().or(() -> Optional.of(FOLDER.resolve("annotated.mp4"))),
                o.events().or(() -> Optional.of(FOLDER.resolve("events.jsonl"))),
                o.timeoutSeconds(),
                o.lastSeconds(),
                o.overwrite() || o.out().isEmpty(),
                false);
    }

    /** Fits a head of the classes of these pictures to the embedded backbone. */
    static void train(Path pictures, Path model) throws IOException {
        Path weights = Files.createTempFile("graft", ".pth");
        try (ImageFolder data = ImageFolder.open(pictures);
                RandomSource random = new RandomSource(SEED)) {
            try (InputStream in = CatDog.class.getResourceAsStream("resnet18-lite.pth")) {
                Files.copy(in, weights, StandardCopyOption.REPLACE_EXISTING);
            }
            ModelCard card = new ModelCard(Architecture.RESNET18, data.classes(), Preprocessing.standard());
            try (Classifier classifier = Classifier.graft(weights, card, random)) {
                TrainingPlan plan = TrainingPlan.auto();
                Trainer.of(classifier, data, plan)
                        .on(ComputeDevice.CPU)
                        .drawingFrom(random)
                        .fit();
                classifier.save(model);
            }
        } finally {
            Files.delete(weights);
        }
    }
}
