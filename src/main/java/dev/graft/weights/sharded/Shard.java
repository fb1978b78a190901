package dev.graft.weights.sharded;

import dev.graft.weights.read.WeightsReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One of several open files.
 *
 * @param bytes the size of the file
 * @param channel closed together with the shard
 */
public record Shard(WeightsReader reader, long bytes, Closeable channel) {
    /** Opens a file of weights that is not an index itself. */
    public interface Opener {
        Shard open(Path file) throws IOException;
    }
}
