package dev.graft.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file beside its place and renames it there: a reader sees the old content or the new one, never a part,
 * whatever fails meanwhile (a full disk, a killed process, lost power).
 */
public final class AtomicFile {
    /** What fills the file. */
    @FunctionalInterface
    public interface Content {
        /** Writes the whole content, first byte to last. */
        void writeTo(WritableByteChannel out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes {@code target}, replacing what is there.
     *
     * @throws IOException naming the file and the remedy; the target is then as it was before
     */
    public static void write(Path target, Content content) throws IOException {
        Path whole = target.toAbsolutePath();
        Path folder = whole.getParent();
        Path part = null;
        try {
            Files.createDirectories(folder);
            part = Files.createTempFile(folder, "." + whole.getFileName() + ".", ".part");
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
                content.writeTo(out);
                out.force(true);
            }
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            part = null;
            syncFolder(folder);
        } catch (IOException e) {
            throw new IOException(
                    "write: " + target + " could not be written (" + reason(e) + "); "
                            + (Files.exists(whole) ? "the file there is unchanged" : "nothing was left behind")
                            + "; check that the folder is writable and the disk has room",
                    e);
        } finally {
            if (part != null) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** The rename itself reaches the disk only with its folder; Windows does it without, and refuses to open one. */
    private static void syncFolder(Path folder) throws IOException {
        if (!System.getProperty("os.name").startsWith("Windows")) {
            try (FileChannel f = FileChannel.open(folder, StandardOpenOption.READ)) {
                f.force(true);
            }
        }
    }

    private static String reason(IOException e) {
        String kind = e.getClass().getSimpleName();
        return kind.equals("IOException") ? String.valueOf(e.getMessage()) : kind + ": " + e.getMessage();
    }
}
