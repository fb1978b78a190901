package dev.graft.train;

import dev.graft.files.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Seeds for random numbers, computed from their purpose. Equal arguments give equal numbers, independent of earlier
 * draws. So they are the same after a resume, and in every process of a run.
 */
final class Draws {
    private Draws() {}

    /**
     * The first 8 bytes of the SHA-256 of all arguments.
     *
     * @param seed the plan's seed
     * @param purpose a word that names what is drawn
     * @param epoch from 0, over all phases
     * @param step the number of the step in the epoch
     */
    static long seed(long seed, String purpose, int epoch, int step) {
        MessageDigest sha = Digests.sha256();
        sha.update(
                ByteBuffer.allocate(16).putLong(seed).putInt(epoch).putInt(step).flip());
        return ByteBuffer.wrap(sha.digest(purpose.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }
}
