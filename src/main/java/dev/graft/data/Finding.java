package dev.graft.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Something skipped or odd in a folder of pictures.
 *
 * @param path the file or folder, below the folder as it was given
 * @param detail what was seen there, for people
 */
public record Finding(Path path, Kind kind, String detail) {
    public Finding {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
    }

    /** What can be found; the order is that of the report. */
    public enum Kind {
        /** Skipped: a name that starts with a dot, or {@code __MACOSX}. */
        HIDDEN("hidden, skipped"),
        /** Skipped: a picture by its extension, of a format for which there is no decoder. */
        UNREAD_FORMAT("in a format that is not read, skipped: nothing is learnt from them until they are converted"),
        /** Skipped: the extension is none of a picture's, and neither are its first bytes where it has none. */
        NOT_A_PICTURE("not a picture by its extension, skipped"),
        /** Skipped: a file or folder where none is looked for, such as a picture beside the class folders. */
        OUTSIDE_CLASSES("outside the class folders, skipped"),
        /** Skipped: a link that leads back to a folder it lies in, or to itself. */
        SYMLINK_LOOP("link in a circle, skipped"),
        /** Skipped and never opened: a pipe, socket or device. */
        NOT_A_REGULAR_FILE("pipe, socket or device, skipped"),
        /** Skipped: a link to nothing, or a file without read permission. */
        UNREADABLE("unreadable, skipped"),
        /** Kept once: a table names the same file again, and says the same of it. */
        NAMED_AGAIN("named again in the table with the same label, kept once"),
        /** Kept, as any picture that will not decode: a file of no bytes. */
        EMPTY_FILE("empty file, kept: it will not decode"),
        /** Kept: a file name that this JVM cannot decode, so its place in the order may differ from Python's. */
        UNDECODABLE_NAME("file name not decodable here, kept: its place in the order may differ"),
        /** Kept: the same bytes are in training and in validation, which flatters the accuracy. */
        SAME_PICTURE_IN_TRAIN_AND_VAL("same picture in train and val, kept: validation accuracy is flattered"),
        /** Kept: the same bytes are in training and in the pictures to test with in the end. */
        SAME_PICTURE_IN_TRAIN_AND_TEST("same picture in train and test, kept: test accuracy is flattered");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** What it is and what became of it, in a few words. */
        public String meaning() {
            return meaning;
        }
    }
}
