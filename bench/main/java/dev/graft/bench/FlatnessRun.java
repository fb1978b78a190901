package dev.graft.bench;

import dev.graft.data.ImageFolder;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * A child of {@link Flatness}: a run of a ResNet18 on pictures of 32 x 32, and what it holds at the end of some epochs.
 * Arguments: folder of pictures, reference or fast, batch size, epochs, device, and the epochs to look at.
 */
final class FlatnessRun {
    private FlatnessRun() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1); // two that wait for each other are slower on pictures that small
        ImageFolder data = ImageFolder.open(Path.of(args[0]));
        TrainingPlan recipe = args[1].equals("fast") ? TrainingPlan.fast() : TrainingPlan.reference();
        TrainingPlan plan = recipe.withBatchSize(Integer.parseInt(args[2])).withEpochs(Integer.parseInt(args[3]));
        Set<Integer> looks = new TreeSet<>();
        for (int i = 5; i < args.length; i++) looks.add(Integer.parseInt(args[i]));
        ModelCard card = new ModelCard(
                Architecture.RESNET18, data.classes(), Preprocessing.standard().withResize(new Resize.Stretch(32, 32)));
        try (RandomSource random = new RandomSource(0);
                Classifier classifier = RandomWeights.graft(card)) {
            Trainer.of(classifier, data, plan)
                    .on(ComputeDevice.of(args[4]))
                    .drawingFrom(random)
                    .listener(TrainingListener.on(
                            Event.EpochEnded.class,
                            epoch -> { // no decoder holds a picture now
                                if (looks.contains(epoch.epoch()))
                                    System.out.println(Memory.look().line("epoch-" + epoch.epoch()));
                            }))
                    .fit();
        }
    }
}
