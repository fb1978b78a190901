package dev.graft.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Classifies the pictures of a list in batches; the calling thread decodes them. */
record ListedPictures(NetworkThread thread, ReadyNetwork network, Calls calls) {
    /** Handles a picture that cannot be read. */
    interface Unreadable {
        void is(int index, IOException why) throws IOException;
    }

    /** Predictions by index; null for a picture that could not be read. */
    Prediction[] predict(List<Path> pictures, int most, Unreadable unreadable) throws IOException {
        int batch = Math.min(most, pictures.size());
        Prediction[] all = new Prediction[pictures.size()];
        try (Calls.Call call = calls.begin();
                PictureRows rows = network.rows(batch)) {
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
