package dev.graft.export;

import java.nio.file.Path;
import java.util.List;

/**
 * A finished export.
 *
 * @param format its format
 * @param path the file or folder
 * @param bytes its size
 * @param comparison with the model, made with the export that was opened again
 * @param notes what its user should know, one sentence each
 */
public record Exported(ExportFormat format, Path path, long bytes, Comparison comparison, List<String> notes) {
    /** Keeps a copy of the notes. */
    public Exported {
        notes = List.copyOf(notes);
    }
}
