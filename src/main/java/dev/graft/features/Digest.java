package dev.graft.features;

import dev.graft.files.Digests;
import dev.graft.image.PictureReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A SHA-256: it identifies the content of a file, independent of its name and date. */
record Digest(long a, long b, long c, long d) implements Comparable<Digest> {
    static final int BYTES = 32;

    /** The maximum delay of a stop request. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    static Digest of(ByteBuffer bytes) {
        return new Digest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /** The order of the hexadecimal digits. */
    @Override
    public int compareTo(Digest other) {
        ByteBuffer mine = ByteBuffer.allocate(BYTES);
        ByteBuffer theirs = ByteBuffer.allocate(BYTES);
        put(mine);
        other.put(theirs);
        return Arrays.compareUnsigned(mine.array(), theirs.array());
    }

    /** As hexadecimal digits. */
    String hex() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        put(bytes);
        return HexFormat.of().formatHex(bytes.array());
    }

    void put(ByteBuffer into) {
        into.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    /** A list as bytes: a 1 before each digest, a 0 where there is none. */
    static byte[] bytes(List<Digest> all) {
        ByteBuffer bytes = ByteBuffer.allocate(all.size() * (1 + BYTES));
        for (Digest d : all) {
            bytes.put((byte) (d == null ? 0 : 1));
            (d == null ? new Digest(0, 0, 0, 0) : d).put(bytes);
        }
        return bytes.array();
    }

    /** Reads what {@link #bytes} wrote. */
    static List<Digest> read(byte[] bytes) {
        List<Digest> all = new ArrayList<>();
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
            boolean there = rest.get() == 1;
            Digest d = of(rest);
            all.add(there ? d : null);
        }
        return all;
    }

    /**
     * The digest of each file; null for a file that cannot be read or is too large for a picture. The decoder reports
     * the reason later. Empty if a stop was requested before all files were read.
     *
     * @param stop checked by the calling thread while it waits
     */
    static Optional<List<Digest>> ofFiles(List<Path> files, int threads, BooleanSupplier stop)
            throws InterruptedIOException {
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread t = new Thread(task, "graft-hash");
            t.setDaemon(true);
            return t;
        });
        try {
            List<Future<List<Digest>>> parts = new ArrayList<>();
            int part = Math.max(1, (files.size() + threads * 8 - 1) / (threads * 8));
            for (int start = 0; start < files.size(); start += part) {
                List<Path> some = files.subList(start, Math.min(files.size(), start + part));
                parts.add(workers.submit(() -> ofEach(some)));
            }
            List<Digest> all = new ArrayList<>(files.size());
            long asked = System.nanoTime();
            for (Future<List<Digest>> p : parts) {
                while (!isDone(p, asked + LOOK_NANOS - System.nanoTime())) {
                    if (stop.getAsBoolean()) return Optional.empty();
                    asked = System.nanoTime();
                }
                all.addAll(p.get());
            }
            return Optional.of(all);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("features: interrupted while the pictures were read");
        } catch (ExecutionException e) {
            throw new IllegalStateException("features: a worker failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    /** Waits at most this long for it. */
    private static boolean isDone(Future<?> part, long nanos) throws InterruptedException, ExecutionException {
        try {
            part.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static List<Digest> ofEach(List<Path> files) {
        List<Digest> all = new ArrayList<>(files.size());
        byte[] buffer = new byte[1 << 16];
        MessageDigest sha = Digests.sha256();
        for (Path file : files) all.add(of(file, sha, buffer));
        return all;
    }

    private static Digest of(Path file, MessageDigest sha, byte[] buffer) {
        sha.reset();
        long read = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha.update(buffer, 0, n);
                read += n;
                boolean over = Thread.currentThread().isInterrupted(); // nobody waits for the result any more
                if (over || read > PictureReader.MOST_FILE_BYTES) return null;
            }
            return of(ByteBuffer.wrap(sha.digest()));
        } catch (IOException e) { // the decoder reports it
            return null;
        }
    }
}
