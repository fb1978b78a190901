package dev.graft.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Classifies the pictures of a list in batches, all by the same network; the calling thread decodes them. */
record ListedPictures(NetworkThread thread, Calls calls) {
    /** Handles a picture that cannot be read. */
    interface Unreadable {
        void is(int index, IOException why) throws IOException;
    }

    /** Predictions by index; null for a picture that could not be read. */
    Prediction[] predict(List<Path> pictures, Unreadable unreadable) throws IOException {
        try (Calls.Call call = calls.begin()) {
            return predict(pictures, call, unreadable);
        }
    }

    private Prediction[] predict(List<Path> pictures, Calls.Call call, Unreadable unreadable) throws IOException {
        ReadyNetwork network = call.network();
        int batch = Math.min(network.batchSize(), pictures.size());
        Prediction[] all = new Prediction[pictures.size()];
        try (PictureRows rows = network.rows(batch)) {
            List<Integer> read = new ArrayList<>(batch); // the index of the picture in each row
            for (int i = 0; i < all.length; i++) {
                try {
                    rows.read(PictureInput.of(pictures.get(i)), read.size());
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
