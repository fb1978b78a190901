package dev.graft.weights.sharded;

import dev.graft.weights.read.WeightsReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One open file of several.
 *
 * @param bytes of the file
 * @param channel what is closed with it
 */
public record Shard(WeightsReader reader, long bytes, Closeable channel) {
    /** Opens a file of weights that is no index itself. */
    public interface Opener {
        Shard open(Path file) throws IOException;
    }
}
