package dev.graft.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Something in a folder of pictures that was skipped or looks odd.
 *
 * @param path the file or folder; it starts with the folder's path in the form in which it was given
 * @param detail what was seen there, in words for the user
 */
public record Finding(Path path, Kind kind, String detail) {
    public Finding {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
    }

    /** The kinds of findings, in the order of the report. */
    public enum Kind {
        /** Skipped: a name that starts with a dot, or {@code __MACOSX}. */
        HIDDEN("hidden, skipped"),
        /** Skipped: the extension is that of a picture format that Graft cannot decode. */
        UNREAD_FORMAT("in a format that is not read, skipped: nothing is learnt from them until they are converted"),
        /**
         * Skipped: the extension is not that of a picture; without an extension, the first bytes are not those of a
         * picture.
         */
        NOT_A_PICTURE("not a picture by its extension, skipped"),
        /** Skipped: a file or folder at a place where none is expected, such as a picture beside the class folders. */
        OUTSIDE_CLASSES("outside the class folders, skipped"),
        /** Skipped: a link to itself or to a folder that contains it. */
        SYMLINK_LOOP("link in a circle, skipped"),
        /** Skipped and never opened: a pipe, socket or device. */
        NOT_A_REGULAR_FILE("pipe, socket or device, skipped"),
        /** Skipped: a broken link, or a file without read permission. */
        UNREADABLE("unreadable, skipped"),
        /** Kept once: a table names the same file several times with the same label. */
        NAMED_AGAIN("named again in the table with the same label, kept once"),
        /** Kept, like all pictures that cannot be decoded: an empty file. */
        EMPTY_FILE("empty file, kept: it will not decode"),
        /** Kept: a picture that a full look at the data could not read. Opening a folder decodes nothing and finds none. */
        UNDECODABLE("cannot be read, kept: training refuses it, or leaves it out on request"),
        /** Kept: a file name that this JVM cannot decode, so its place in the order may differ from Python's. */
        UNDECODABLE_NAME("file name not decodable here, kept: its place in the order may differ"),
        /** Kept: the same bytes are in training and in validation, which makes the accuracy look better than it is. */
        SAME_PICTURE_IN_TRAIN_AND_VAL("same picture in train and val, kept: validation accuracy is flattered"),
        /** Kept: the same bytes are in training and in the test pictures. */
        SAME_PICTURE_IN_TRAIN_AND_TEST("same picture in train and test, kept: test accuracy is flattered");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** A few words: what it is and how it was handled. */
        public String meaning() {
            return meaning;
        }
    }
}
