package dev.graft.distributed;

import dev.graft.torch.NativeScope;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Short texts by name that all ranks can write and read: LibTorch's store. Owns it; on rank 0 it may be the server, which ends with it.
 * Thread-safe. No call waits for another rank. Each may throw a RuntimeException of LibTorch when the server is gone.
 *
 * <p>LibTorch's constructors give plain objects, but whoever takes a store wants one that counts its owners. Two wrappers around a plain one
 * free it twice and abort the process. {@code clone} gives a counted one: all uses go through it, and the plain one is only kept.
 */
final class RankStore implements AutoCloseable {
    private final Store raw;
    private final Store counted;
    private final String prefix;

    private RankStore(Store raw, String prefix, Duration patience) {
        this.raw = raw;
        this.prefix = prefix;
        try (NativeScope scope = NativeScope.open()) {
            this.counted = NativeScope.own(raw.clone());
            counted.setTimeout(new Milliseconds(patience.toMillis())); // a clone of a FileStore has another one
        }
    }

    static RankStore open(World world, Duration patience) {
        World.Meeting meeting = world.meeting().orElseThrow();
        try (NativeScope scope = NativeScope.open()) {
            return meeting instanceof World.InFile in
                    ? new RankStore(NativeScope.own(new FileStore(in.file().toString(), -1)), "graft/", patience)
                    : open((World.AtAddress) meeting, world.rank(), patience);
        }
    }

    private static RankStore open(World.AtAddress at, int rank, Duration patience) {
        TCPStoreOptions options = new TCPStoreOptions();
        options.port((short) at.port());
        options.isServer(rank == 0 && !at.served());
        options.waitWorkers(false); // who is absent is named by the group
        options.timeout(new Milliseconds(patience.toMillis()));
        return new RankStore(
                NativeScope.own(new TCPStore(at.host(), options)), "graft/" + at.attempt() + "/", patience);
    }

    /** A store for a process group, with names of its own; the open scope owns it. */
    Store forGroup() {
        return new PrefixStore(prefix + "group", counted).clone();
    }

    synchronized void set(String name, String text) {
        try (NativeScope scope = NativeScope.open()) {
            counted.set(prefix + name, text);
        }
    }

    /** The text, or null if there is none yet. */
    synchronized String get(String name) {
        try (NativeScope scope = NativeScope.open()) {
            return counted.check(new StringVector(prefix + name)) ? counted.get_to_str(prefix + name) : null;
        }
    }

    /** Counts a name and returns how often it has been counted, with this time. */
    synchronized long count(String name) {
        try (NativeScope scope = NativeScope.open()) {
            return counted.add(prefix + name, 1);
        }
    }

    @Override
    public synchronized void close() {
        counted.close();
        raw.close();
    }
}
