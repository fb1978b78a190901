package dev.graft.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Describes why a file operation failed, for messages. Java's own messages often contain only the file's name. */
public final class FileFault {
    private FileFault() {}

    /** A few words, such as {@code permission denied}. */
    public static String words(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException x) {
            return "there is no " + x.getFile();
        }
        if (e instanceof FileAlreadyExistsException x) {
            return x.getFile() + " is a file, not a folder"; // it is where a folder is needed
        }
        String told = e instanceof FileSystemException x ? x.getReason() : e.getMessage();
        if (told == null) {
            return e.getClass().getSimpleName();
        }
        if (told.equals("Not a directory")) {
            return "a part of its path is a file, not a folder";
        }
        return e instanceof FileSystemException
                ? told.substring(0, 1).toLowerCase(Locale.ROOT) + told.substring(1)
                : told;
    }
}
