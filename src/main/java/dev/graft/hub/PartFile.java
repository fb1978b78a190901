package dev.graft.hub;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * What has come of a file so far, beside its place and under a name that nobody else uses. What a failed or killed
 * download leaves is taken up by the next, which trusts none of it until the digest of the whole says so.
 */
final class PartFile implements AutoCloseable {
    private static final String ENDING = ".part";

    private final Path path;
    private final FileChannel out;
    private boolean pieced;
    private boolean placed;
    private boolean unwritable;

    private PartFile(Path path, FileChannel out) throws IOException {
        this.path = path;
        this.out = out;
        this.pieced = out.size() > 0;
        out.position(out.size());
    }

    /** Takes up the longest part of {@code name} in the folder and removes the others. Only for the holder of its lock. */
    static PartFile adopt(Path folder, String name) throws IOException {
        PartFile adopted = null;
        for (Path left : leftovers(folder, name)) {
            if (adopted == null) {
                adopted = tryToAdopt(left, newName(folder, name));
            } else {
                remove(left);
            }
        }
        return adopted != null ? adopted : create(folder, name);
    }

    /** An empty part. */
    static PartFile create(Path folder, String name) throws IOException {
        Path path = newName(folder, name);
        return new PartFile(path, FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    private static Path newName(Path folder, String name) {
        return folder.resolve("." + name + "." + UUID.randomUUID() + ENDING);
    }

    private static PartFile tryToAdopt(Path left, Path path) {
        try {
            Files.move(left, path);
            return new PartFile(path, FileChannel.open(path, StandardOpenOption.WRITE));
        } catch (IOException e) { // another user's, perhaps
            log("download: cannot take up " + left, e);
            return null;
        }
    }

    /** Longest first. */
    private static List<Path> leftovers(Path folder, String name) throws IOException {
        int length = newName(folder, name).getFileName().toString().length();
        String start = "." + name + ".";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, f -> {
            String n = f.getFileName().toString();
            return n.startsWith(start) && n.endsWith(ENDING) && n.length() == length && Files.isRegularFile(f);
        })) {
            return StreamSupport.stream(all.spliterator(), false)
                    .sorted(Comparator.comparingLong((Path f) -> f.toFile().length())
                            .reversed()
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void remove(Path left) {
        try {
            Files.deleteIfExists(left);
        } catch (IOException e) {
            log("download: " + left + " stays", e);
        }
    }

    private static void log(String text, IOException e) {
        System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, text, e);
    }

    Path path() {
        return path;
    }

    long length() throws IOException {
        return out.position();
    }

    /** Whether its bytes came in more than one answer: of one file if all went well. */
    boolean isPieced() {
        return pieced;
    }

    /** More bytes follow those of an earlier answer. */
    void resumed() {
        pieced = true;
    }

    void append(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            unwritable = true;
            throw new IOException("the file cannot be written: " + e.getMessage() + "; nothing of it is kept", e);
        }
    }

    /** Back to nothing. */
    void clear() throws IOException {
        out.truncate(0);
        pieced = false;
    }

    /** Makes it the file {@code target}, which then is whole or, after a failure, as it was. */
    void place(Path target) throws IOException {
        out.force(true);
        out.close();
        AtomicFile.place(path, target);
        placed = true;
    }

    /** What has come stays for the next download, unless the disk refused it. */
    @Override
    public void close() {
        try {
            out.close();
            if (!placed && (unwritable || Files.size(path) == 0)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            log("download: " + path + " stays", e);
        }
    }
}
