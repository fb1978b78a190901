package dev.graft.predict;

import dev.graft.HeldMemory;
import dev.graft.data.PictureWalk;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A child: classifies a folder of hard links to a few pictures. Arguments: a model, the folder, how many links. Prints
 * what memory it holds after a hundredth, after half and after all of them, and the bytes that it read from files.
 */
final class LongList {
    private LongList() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1); // two that wait for each other are slower on a machine that is shared
        int all = Integer.parseInt(args[2]);
        int count = 0;
        Path last = null;
        try (Predictor predictor = Predictor.open(Path.of(args[0]), PredictorOptions.exact())) {
            long before = bytesRead();
            try (PredictionStream answers = predictor.stream(PictureWalk.of(Path.of(args[1])))) {
                while (answers.hasNext()) {
                    Answer.Classified answer = (Answer.Classified) answers.next();
                    if (last != null && last.compareTo(answer.picture()) >= 0) {
                        throw new IllegalStateException(last + " came before " + answer.picture());
                    }
                    last = answer.picture();
                    if (List.of(all / 100, all / 2, all).contains(++count)) System.out.println(HeldMemory.line(count));
                }
            }
            System.out.println("read " + (bytesRead() - before));
        }
    }

    private static long bytesRead() throws IOException {
        String first = Files.readAllLines(Path.of("/proc/self/io")).get(0);
        return Long.parseLong(first.replaceAll("\\D", ""));
    }
}
