package dev.graft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains heads by recipes, run after run, for bench/compare/recipes.py. Arguments: the weights of a ResNet18, a folder for features, a
 * file of runs, and threads. A run is a line of JSON: {@code recipe} (fast, auto, or long: 60 epochs at 0.01), {@code seed}, {@code data}, a
 * folder, {@code classes}, and {@code train} and {@code validation}: files below the folder, each in one of its class. Prints a line for each: its number, the accuracy,
 * and the seconds of head and evaluation.
 */
public final class Recipes {
    private Recipes() {}

    public static void main(String[] arguments) throws IOException {
        Path weights = Path.of(arguments[0]);
        FeatureStore store = FeatureStore.in(Path.of(arguments[1]));
        Threads.set(Integer.parseInt(arguments[3]));
        List<String> runs = Files.readAllLines(Path.of(arguments[2]));
        for (int i = 0; i < runs.size(); i++) {
            System.out.println(i + " " + run(weights, store, new ObjectMapper().readTree(runs.get(i))));
        }
    }

    private static String run(Path weights, FeatureStore store, JsonNode run) throws IOException {
        List<String> classes = new ArrayList<>();
        for (JsonNode name : run.get("classes")) classes.add(name.asText());
        ModelCard card = new ModelCard(Architecture.RESNET18, classes, Preprocessing.standard());
        double[] seconds = {0};
        try (RandomSource random = new RandomSource(run.get("seed").asLong());
                Classifier classifier = Classifier.graft(weights, card, random)) {
            Trainer.Outcome outcome = Trainer.of(
                            classifier,
                            samples(run, "train", classes),
                            plan(run.get("recipe").asText()))
                    .validation(samples(run, "validation", classes))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .featuresIn(store)
                    .listener(TrainingListener.on(
                            Event.EpochEnded.class, e -> seconds[0] += e.trainSeconds() + e.validationSeconds()))
                    .fit();
            return String.format(
                    Locale.ROOT, "%.6f %.3f", outcome.evaluation().orElseThrow().accuracy(), seconds[0]);
        }
    }

    private static TrainingPlan plan(String recipe) {
        return switch (recipe) {
            case "auto" -> TrainingPlan.auto();
            case "fast" -> TrainingPlan.fast();
            case "long" ->
                TrainingPlan.fast().withEpochs(60).withGroups(List.of(new ParameterGroup(Classifier.HEAD, 0.01)));
            default -> throw new IllegalArgumentException("recipe: one of auto, fast, long, was " + recipe);
        };
    }

    private static List<Sample> samples(JsonNode run, String which, List<String> classes) {
        List<Sample> samples = new ArrayList<>();
        for (JsonNode name : run.get(which)) {
            Path file = Path.of(run.get("data").asText()).resolve(name.asText());
            samples.add(new Sample(
                    file, classes.indexOf(String.valueOf(file.getParent().getFileName()))));
        }
        return samples;
    }
}
