package dev.graft.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;

/** Classifies the pictures of a list in batches, all by the same network; the calling thread decodes them. */
record ListedPictures(NetworkThread thread, Calls calls) {
    /** Handles a picture that cannot be read. */
    private interface Unreadable {
        void is(int index, IOException why) throws IOException;
    }

    /** All predictions. The first picture that cannot be read ends the call. */
    List<Prediction> all(List<Path> files) throws IOException {
        return List.of(predict(files.stream().map(PictureInput::of).toList(), (index, why) -> {
            throw why;
        }));
    }

    /** A prediction or a reason for each file. */
    List<Answer> answers(List<Path> files) {
        Answer[] answers = new Answer[files.size()];
        List<Optional<Prediction>> each = each(
                files.stream().map(PictureInput::of).toList(),
                (why, i) -> answers[i] = new Answer.Unreadable(files.get(i), why.getMessage()));
        for (int i = 0; i < answers.length; i++)
            if (answers[i] == null)
                answers[i] = new Answer.Classified(files.get(i), each.get(i).orElseThrow());
        return List.of(answers);
    }

    /** A prediction for each picture that can be read; {@code unreadable} is told of the others. */
    List<Optional<Prediction>> each(List<PictureInput> pictures, ObjIntConsumer<IOException> unreadable) {
        try {
            return Stream.of(predict(pictures, (i, why) -> unreadable.accept(why, i)))
                    .map(Optional::ofNullable)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("every reason has been told", e);
        }
    }

    /** Predictions by index; null for a picture that could not be read. */
    private Prediction[] predict(List<PictureInput> pictures, Unreadable unreadable) throws IOException {
        try (Calls.Call call = calls.begin()) {
            return predict(pictures, call, unreadable);
        }
    }

    private Prediction[] predict(List<PictureInput> pictures, Calls.Call call, Unreadable unreadable)
            throws IOException {
        ReadyNetwork network = call.network();
        int batch = Math.min(network.batchSize(), pictures.size());
        Prediction[] all = new Prediction[pictures.size()];
        try (PictureRows rows = network.rows(batch)) {
            List<Integer> read = new ArrayList<>(batch); // the index of the picture in each row
            for (int i = 0; i < all.length; i++) {
                try {
                    rows.read(pictures.get(i), read.size());
                    read.add(i);
                } catch (IOException why) {
                    unreadable.is(i, why);
                }
                if (read.size() == batch || i == all.length - 1 && !read.isEmpty()) {
                    int n = read.size();
                    List<Prediction> some = thread.get(() -> network.predict(rows, n));
                    for (int row = 0; row < some.size(); row++) all[read.get(row)] = some.get(row);
                    read.clear();
                    if (i < all.length - 1) call.goOn();
                }
            }
        }
        return all;
    }
}
