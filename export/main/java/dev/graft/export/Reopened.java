package dev.graft.export;

import dev.graft.model.Classifier;
import java.io.IOException;

/** An export that was opened again. Owns native memory. */
interface Reopened extends AutoCloseable {
    /**
     * Compares it with the model that it was made from. The model is in evaluation mode; a scope is open.
     *
     * @throws IOException when it is another model; the message says what differs, without the file's name
     */
    Comparison compare(Classifier model, SamplePictures samples) throws IOException;

    @Override
    void close();
}
