package dev.graft.data;

import java.io.IOException;

/** A folder of pictures cannot be used. The message says which folder, what was seen and what is expected. */
public class DatasetException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param problem what is wrong, without the prefix {@code dataset: } */
    public DatasetException(String problem) {
        super("dataset: " + problem);
    }

    /** @param problem what is wrong, without the prefix {@code dataset: } */
    public DatasetException(String problem, Throwable cause) {
        super("dataset: " + problem, cause);
    }
}
