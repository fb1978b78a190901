package dev.graft.batch;

import dev.graft.data.Sample;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The cached pixels of some lists of samples, as far as they fit, and the reasons for unreadable pictures. Every
 * picture has a fixed row, so that threads never wait for each other; the first pictures are the ones that fit. Owns
 * its rows.
 */
final class KeptPixels implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.graft");
    private static final int EMPTY = 0;
    private static final int FILLING = 1;
    private static final int KEPT = 2;

    private final Map<List<Sample>, Integer> firsts = new IdentityHashMap<>();
    private final Map<Integer, IOException> refusals = new ConcurrentHashMap<>();
    private final AtomicIntegerArray states;
    private final PixelRows rows;
    private volatile boolean full;

    /**
     * Allocates the cache.
     *
     * @param lists of samples, compared by identity
     */
    KeptPixels(PixelCache cache, int pictureBytes, List<List<Sample>> lists) throws IOException {
        int pictures = 0;
        for (List<Sample> list : lists) {
            if (firsts.putIfAbsent(list, pictures) == null) {
                pictures += list.size();
            }
        }
        int fit = (int) Math.min(pictures, cache.mostBytes() / pictureBytes);
        states = new AtomicIntegerArray(fit);
        rows = cache.folder().isEmpty()
                ? new PixelRows.InMemory(fit, pictureBytes)
                : new PixelRows.InFile(cache.folder().get(), pictureBytes);
        if (fit < pictures) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "pixel cache: " + fit + " of " + pictures + " pictures fit into "
                            + OutOfMemoryException.size(cache.mostBytes()) + "; the others are decoded in every epoch");
        }
    }

    /** The number of a list's first picture, the others follow in order; null for a list that is not cached. */
    Integer first(List<Sample> list) {
        return firsts.get(list);
    }

    /** Why a picture could not be read; null if it could be read, or was not tried yet. */
    IOException refusal(int picture) {
        return refusals.get(picture);
    }

    /** Stores why a picture could not be read; returns the first reason if another thread stored one before. */
    IOException refuse(int picture, IOException why) {
        IOException before = refusals.putIfAbsent(picture, why);
        return before == null ? why : before;
    }

    /** Fills the rest of the buffer with a picture's pixels, if they are cached. */
    boolean get(int picture, ByteBuffer pixels) {
        if (picture >= states.length() || states.get(picture) != KEPT) {
            return false;
        }
        try {
            rows.get(picture, pixels);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException(
                    "pixel cache: the temporary file cannot be read back (" + e + "); check the disk", e));
        }
    }

    /** Caches the rest of the buffer as a picture's pixels, if they fit and no other thread caches them. */
    void put(int picture, ByteBuffer pixels) {
        if (full || picture >= states.length() || !states.compareAndSet(picture, EMPTY, FILLING)) {
            return;
        }
        try {
            rows.put(picture, pixels);
            states.set(picture, KEPT);
        } catch (IOException e) {
            states.set(picture, EMPTY);
            if (!full) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "pixel cache: cannot cache more pictures (" + e
                                + "); the other pictures are decoded in every epoch");
            }
            full = true;
        }
    }

    @Override
    public void close() {
        try {
            rows.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "pixel cache: the temporary file could not be closed: " + e);
        }
    }
}
