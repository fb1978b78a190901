package dev.graft.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Writes a temporary file in the same folder and renames it to its final name. A reader sees the old content or the new
 * one, never a part, even after a full disk, a killed process or a power failure.
 */
public final class AtomicFile {
    /** Writes the content of the file. */
    @FunctionalInterface
    public interface Content {
        /** Writes the whole content, first byte to last. */
        void writeTo(WritableByteChannel out) throws IOException;
    }

    private static final String PART = ".part";
    private static final int UUID_LENGTH = 36;

    private AtomicFile() {}

    /**
     * Writes {@code target} and replaces an existing file. Temporary files of the same name that a killed process left
     * more than an hour ago are removed.
     *
     * @throws IOException with the file and the remedy; the target is then unchanged
     */
    public static void write(Path target, Content content) throws IOException {
        Path whole = target.toAbsolutePath();
        Path folder = whole.getParent();
        String name = String.valueOf(whole.getFileName());
        if (folder == null || Files.isDirectory(whole)) {
            throw new IOException("write: " + target + " is a folder; give a file");
        }
        Path part = folder.resolve("." + name + "." + UUID.randomUUID() + PART);
        try {
            Files.createDirectories(folder);
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                content.writeTo(out);
                out.force(true);
            }
            place(part, whole);
        } catch (IOException e) {
            throw new IOException(
                    "write: " + target + " could not be written (" + reason(e) + "); "
                            + (Files.exists(whole) ? "the file there is unchanged" : "nothing was left behind")
                            + "; check that the folder is writable and the disk has room",
                    e);
        } finally {
            if (Files.exists(part)) { // only after a failure
                Files.delete(part);
            }
        }
        removeStale(folder, "." + name + ".");
    }

    /** The same for content that is in memory. */
    public static void write(Path target, byte[] content) throws IOException {
        write(target, out -> {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) out.write(bytes);
        });
    }

    /** Deletes the file if it is there, and the temporary files of its name that a killed process left. */
    public static void delete(Path target) throws IOException {
        Files.deleteIfExists(target);
        String prefix = "." + target.getFileName() + ".";
        try (DirectoryStream<Path> parts =
                Files.newDirectoryStream(target.toAbsolutePath().getParent(), f -> isPart(f, prefix))) {
            for (Path part : parts) Files.deleteIfExists(part);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * Renames {@code part}, which must be complete and synced, to {@code target} in the same folder, and syncs the
     * folder.
     */
    public static void place(Path part, Path target) throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(target.toAbsolutePath().getParent());
    }

    /**
     * Removes temporary files without a write for an hour: no process uses them. If one cannot be removed, it stays;
     * the target is complete anyway.
     */
    private static void removeStale(Path folder, String prefix) {
        Instant recent = Instant.now().minus(1, ChronoUnit.HOURS);
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, f -> isPart(f, prefix))) {
            for (Path p : parts) {
                if (Files.getLastModifiedTime(p).toInstant().isBefore(recent)) {
                    Files.deleteIfExists(p);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            System.getLogger("dev.graft")
                    .log(System.Logger.Level.DEBUG, "write: an old temporary file stays in " + folder, e);
        }
    }

    private static boolean isPart(Path file, String prefix) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(prefix)
                && name.endsWith(PART)
                && name.length() == prefix.length() + UUID_LENGTH + PART.length();
    }

    /** Syncs the folder, so that the rename is on disk too. Windows does not need it and refuses to open a folder. */
    private static void syncFolder(Path folder) {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return;
        }
        try (FileChannel f = FileChannel.open(folder, StandardOpenOption.READ)) {
            f.force(true);
        } catch (IOException e) { // the file is complete; some file systems refuse to sync a folder
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "write: cannot sync the folder " + folder, e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        return FileFault.words(e);
    }
}
