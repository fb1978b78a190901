package dev.graft.features;

import dev.graft.files.AtomicFile;
import dev.graft.files.CachePlace;
import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A folder of computed features. They are found again by the content of the picture and by what computed them.
 *
 * <p>There is one folder for each combination of frozen layers, preprocessing and view. It contains files of about a
 * thousand rows in the safetensors format. Each row holds the SHA-256 of a picture file, its features, and a checksum of
 * both. A file is written completely or not at all, and is never changed. So any number of processes may use the folder
 * at the same time, and may be killed at any time. Damaged files are logged, removed and computed again. If the total
 * size exceeds the limit, the files that were not used for the longest time are removed.
 *
 * <p>Features reveal information about the pictures: protect the folder like the pictures themselves. Thread-safe.
 */
public final class FeatureStore {
    /** The size limit of {@link #in}, in bytes: enough for a million pictures of a ResNet18. */
    public static final long MOST_BYTES = 2L << 30;

    private static final System.Logger LOG = System.getLogger("dev.graft");
    static final String ENDING = ".safetensors";
    private static final int MOST_FILE_BYTES = 256 << 20;

    private final Path folder;
    private final long mostBytes;

    private FeatureStore(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    /**
     * The folder {@code features} in this user's cache folder. CatDog keeps its features there too. The cache folder is
     * the one that {@code GRAFT_CACHE} names, or else the operating system's folder for such files, for example {@code
     * ~/.cache/graft}.
     *
     * @throws IOException if this user has no cache folder
     */
    public static FeatureStore standard() throws IOException {
        return in(CachePlace.standard().resolve("features"));
    }

    /** A store in this folder, which is created when the first features are written. */
    public static FeatureStore in(Path folder) {
        return new FeatureStore(folder.toAbsolutePath(), MOST_BYTES);
    }

    /**
     * The same store with another size limit.
     *
     * @param bytes the limit for all files together, at least 0; with 0, only the file written last is kept
     */
    public FeatureStore withMostBytes(long bytes) {
        if (bytes < 0) throw new IllegalArgumentException("mostBytes must be at least 0, was " + bytes);
        return new FeatureStore(folder, bytes);
    }

    /** The absolute path of the folder; it may not exist yet. */
    public Path folder() {
        return folder;
    }

    /** Receives a row of features that was found. */
    interface Sink {
        void take(int row, ByteBuffer features);
    }

    /**
     * Passes the wanted features that are in the store to the sink.
     *
     * @param trunk identifies what computed the features
     * @param wanted the row index for each digest; found entries are removed from this map
     * @param features the number of features in a row
     */
    void find(String trunk, Map<Digest, Integer> wanted, int features, Sink sink) {
        for (Path file : files(folder.resolve(trunk))) {
            if (wanted.isEmpty()) return;
            try {
                if (read(file, wanted, features, sink)) {
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
                }
            } catch (IOException | IllegalArgumentException e) {
                if (Files.notExists(file)) continue; // another process has tidied up meanwhile
                LOG.log(
                        System.Logger.Level.WARNING,
                        "features: " + file + " is damaged (" + e.getMessage()
                                + "): it is removed, and its pictures are computed anew");
                remove(file);
            }
        }
    }

    /** Returns whether the file contained any wanted row. */
    private static boolean read(Path file, Map<Digest, Integer> wanted, int features, Sink sink) throws IOException {
        try (WeightsFile in = WeightsFile.open(file)) {
            if (in.bytes() > MOST_FILE_BYTES) throw new IOException("it is larger than any that Graft writes");
            ByteBuffer digests =
                    bytes(in, "digests", ScalarKind.U8, Digest.BYTES).order(ByteOrder.BIG_ENDIAN);
            int rows = digests.capacity() / Digest.BYTES;
            List<Integer> found = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                if (wanted.containsKey(Digest.of(digests))) found.add(row);
            }
            if (found.isEmpty()) return false;
            ByteBuffer values = bytes(in, "features", ScalarKind.F32, features);
            ByteBuffer sums = bytes(in, "checksums", ScalarKind.I64, 1);
            int bytes = features * Float.BYTES;
            if (values.capacity() != rows * bytes || sums.capacity() != rows * Long.BYTES)
                throw new IOException("its tensors are not of equal length");
            for (int row : found) { // before any is passed on: the file is used as a whole
                Digest digest = Digest.of(digests.position(row * Digest.BYTES));
                if (sums.getLong(row * Long.BYTES) != checksum(digest, values.slice(row * bytes, bytes)))
                    throw new IOException("the checksum of row " + row + " is wrong");
            }
            for (int row : found) {
                Integer place = wanted.remove(Digest.of(digests.position(row * Digest.BYTES)));
                if (place != null)
                    sink.take(place, values.slice(row * bytes, bytes).order(ByteOrder.LITTLE_ENDIAN));
            }
            return true;
        }
    }

    private static ByteBuffer bytes(WeightsFile in, String name, ScalarKind kind, int width) throws IOException {
        StoredTensor tensor = in.tensors().get(name);
        boolean matrix =
                tensor != null && tensor.shape().size() == 2 && tensor.shape().get(1) == width;
        if (!matrix || tensor.kind() != kind) throw new IOException("it has no " + name + " of " + width + " columns");
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.storageBytes()).order(ByteOrder.LITTLE_ENDIAN);
        in.readStorage(tensor, bytes.duplicate());
        return bytes;
    }

    private static long checksum(Digest digest, ByteBuffer features) {
        ByteBuffer d = ByteBuffer.allocate(Digest.BYTES);
        digest.put(d);
        CRC32C crc = new CRC32C();
        crc.update(d.flip());
        crc.update(features.duplicate());
        return crc.getValue();
    }

    /**
     * Writes features for later runs. If they cannot be written, this is logged and has no other effect.
     *
     * @param rows little-endian float32, {@code features} numbers for each digest
     */
    void add(String trunk, List<Digest> digests, ByteBuffer rows, int features) {
        if (digests.isEmpty()) return;
        ByteBuffer keys = ByteBuffer.allocate(digests.size() * Digest.BYTES);
        ByteBuffer sums = ByteBuffer.allocate(digests.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int bytes = features * Float.BYTES;
        for (int row = 0; row < digests.size(); row++) {
            digests.get(row).put(keys);
            sums.putLong(checksum(digests.get(row), rows.slice(row * bytes, bytes)));
        }
        long n = digests.size();
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        writer.add("digests", ScalarKind.U8, List.of(n, (long) Digest.BYTES), keys.flip());
        writer.add("features", ScalarKind.F32, List.of(n, (long) features), rows.slice(0, digests.size() * bytes));
        writer.add("checksums", ScalarKind.I64, List.of(n, 1L), sums.flip());
        Path file = folder.resolve(trunk).resolve(UUID.randomUUID() + ENDING);
        try {
            AtomicFile.write(file, writer::write);
            tidy(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "features: not kept for later runs: " + e.getMessage());
        }
    }

    /** A file of the store. Another process may remove it at any time. */
    private record Aged(Path file, FileTime used, long bytes) {}

    /**
     * Removes the files that were not used for the longest time until the size is within the limit, but never the file
     * just written.
     */
    private void tidy(Path justWritten) throws IOException {
        List<Aged> all = new ArrayList<>();
        try (DirectoryStream<Path> trunks = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path trunk : trunks) {
                for (Path file : files(trunk)) aged(file).ifPresent(all::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        all.sort(Comparator.comparing(Aged::used).thenComparing(Aged::file));
        long bytes = all.stream().mapToLong(Aged::bytes).sum();
        for (Aged oldest : all) {
            if (bytes <= mostBytes) return;
            if (oldest.file.equals(justWritten)) continue;
            remove(oldest.file);
            bytes -= oldest.bytes;
        }
    }

    private static Optional<Aged> aged(Path file) throws IOException {
        try {
            return Optional.of(new Aged(file, Files.getLastModifiedTime(file), Files.size(file)));
        } catch (NoSuchFileException e) { // another process has tidied up meanwhile
            return Optional.empty();
        }
    }

    /** The complete files of a folder, sorted by name; empty if the folder does not exist. */
    private static List<Path> files(Path trunk) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(trunk, "*" + ENDING)) {
            all.forEach(files::add);
        } catch (NoSuchFileException e) { // nothing was written yet
            return files;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.WARNING, "features: " + trunk + " cannot be read: " + e.getMessage());
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "features: " + file + " cannot be removed: " + e.getMessage());
        }
    }
}
