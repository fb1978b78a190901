package dev.graft.environment;

import dev.graft.files.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether files can be written into a folder, and how much room there is.
 *
 * @param name of the check
 * @param folder may not exist yet
 * @param least the bytes that should be free
 * @param other how to choose another folder
 */
record FolderCheck(String name, Path folder, long least, String other) {
    Checkup run() {
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
        String seen = folder + (there.equals(folder.toAbsolutePath().normalize()) ? "" : " (made when it is needed)");
        if (!Files.isDirectory(there))
            return Checkup.fail(name, there + " is a file, not a folder", "remove it, or " + other);
        try {
            Files.delete(Files.createTempFile(there, ".graft-", ".probe"));
            long free = Files.getFileStore(there).getUsableSpace();
            String room = seen + ", writable, " + (free >> 20) + " MiB free";
            return free < least
                    ? Checkup.warn(name, room, "free " + (least >> 20) + " MiB, or " + other)
                    : Checkup.ok(name, room);
        } catch (IOException e) {
            return Checkup.fail(
                    name,
                    seen + " is not writable (" + FileFault.words(e) + ")",
                    "let this user write there, or " + other);
        }
    }

    /**
     * Whether programs may be run from a folder: native libraries are loaded from it.
     *
     * @param mounts Linux's {@code /proc/self/mounts}
     */
    static Checkup executable(Checkup writable, Path folder, Path mounts, String other) {
        String options = "";
        int longest = -1;
        for (String line : lines(mounts)) {
            String[] words = line.split(" ");
            if (words.length < 4) continue;
            Path at = path(words[1]);
            if (at == null || !folder.toAbsolutePath().normalize().startsWith(at) || at.getNameCount() < longest)
                continue;
            longest = at.getNameCount();
            options = words[3];
        }
        boolean forbidden = List.of(options.split(",")).contains("noexec");
        return forbidden
                ? Checkup.fail(writable.name(), folder + " is mounted noexec: no library can be loaded from it", other)
                : writable;
    }

    /** The place of a mount: spaces and other signs are written as octal numbers. Null for no valid path. */
    private static Path path(String mounted) {
        try {
            return Path.of(mounted.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"));
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // not Linux, or the file is hidden
            return List.of();
        }
    }
}
