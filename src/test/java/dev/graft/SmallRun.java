package dev.graft;

import dev.graft.checkpoint.Contents;
import dev.graft.checkpoint.Data;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.checkpoint.RunState;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model of hashed weights and its data: two classes, pictures of 64 x 64. */
public final class SmallRun {
    /** Two classes, pictures as they are. */
    public static final ModelCard CARD = card(HashState.SIZE, "cat", "dog");

    /** Half their height and width, for runs that are compared with each other only: a step takes half the time. */
    public static final ModelCard LITTLE = card(HashState.SIZE / 2, "cat", "dog");

    private SmallRun() {}

    /** A card for pictures of {@code size} x {@code size}. */
    public static ModelCard card(int size, String... classes) {
        return new ModelCard(
                Architecture.RESNET18,
                List.of(classes),
                Preprocessing.standard().withResize(new Resize.Stretch(size, size)));
    }

    /** Draws {@code n} pictures, classes in turn. */
    public static List<Sample> samples(Path folder, int n) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            samples.add(new Sample(HashState.picture(folder.resolve(i + ".png"), i), i % 2));
        }
        return samples;
    }

    /** Draws {@code n} others to validate with, classes in turn. */
    public static List<Sample> validation(Path folder, int n) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            samples.add(new Sample(HashState.picture(folder.resolve(i + ".png"), 500 + i), i % 2));
        }
        return samples;
    }

    /** Grafts a head of the card's classes onto the weights and saves it. */
    public static Path model(Path file, Path weights, ModelCard card) throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            c.save(file);
        }
        return file;
    }

    /** A checkpoint after an epoch of the reference recipe, whose optimizer remembers nothing. */
    public static Contents contents(Classifier c, RandomSource random) {
        return new Contents(
                c,
                new OptimizerState("sgd", Map.of()),
                Map.of(),
                random.state(),
                TrainingPlan.reference(),
                new RunState(0, 1, 0, 0, 0, null, RunState.History.NONE),
                new Data(8, "", ""));
    }
}
