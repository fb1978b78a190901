package dev.graft.predict;

import dev.graft.HeldMemory;
import dev.graft.torch.FreedMemory;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A child: replaces a predictor's model by another one in turn. Arguments: two models, a picture, how often. Prints what memory it holds
 * before, after the first half and at the end.
 */
final class OftenReplaced {
    private OftenReplaced() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1); // two that wait for each other are slower on a machine that is shared
        int all = Integer.parseInt(args[3]);
        Path picture = Path.of(args[2]);
        try (Predictor predictor =
                Predictor.open(Path.of(args[0]), PredictorOptions.fast().withWholeNetwork())) {
            predictor.predict(picture);
            FreedMemory.giveBack();
            System.out.println(HeldMemory.line(0));
            for (int i = 1; i <= all; i++) {
                predictor.replace(Path.of(args[i % 2]));
                predictor.predict(picture); // after what the network's thread frees
                if (i % (all / 2) == 0) System.out.println(HeldMemory.line(i));
            }
        }
    }
}
