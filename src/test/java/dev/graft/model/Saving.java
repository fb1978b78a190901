package dev.graft.model;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.files.AtomicFile;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * A child that saves into a folder. Arguments: what to do, the folder, a model, a second model.
 *
 * <p>{@code once}: model and checkpoint, each failure printed. {@code forever}: the same over and over. {@code copies}:
 * the two models' bytes in turn, over and over, without LibTorch, so that a child is up in no time.
 */
final class Saving {
    private Saving() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[1]);
        Path target = folder.resolve("model.pt");
        if (args[0].equals("copies")) {
            System.out.println("ready");
            for (int i = 0; ; i++) {
                Path source = Path.of(args[2 + i % 2]);
                AtomicFile.write(target, out -> copy(source, out));
            }
        }
        try (Classifier c = Classifier.load(Path.of(args[2]));
                RandomSource random = new RandomSource(1)) {
            do {
                attempt(() -> c.save(target));
                attempt(() -> Checkpoint.write(folder.resolve(Checkpoint.FILE), SmallRun.contents(c, random)));
                System.out.println("ready");
            } while (args[0].equals("forever"));
            c.trainingMode(false);
            System.out.println("alive with " + c.parameters().size() + " parameters");
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }

    /** In small pieces: a kill finds the file in the middle. */
    private static void copy(Path source, WritableByteChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(source)) {
            for (long at = 0; at < in.size(); ) {
                at += in.transferTo(at, 1 << 20, out);
            }
        }
    }
}
