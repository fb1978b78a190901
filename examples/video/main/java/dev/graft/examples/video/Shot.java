package dev.graft.examples.video;

import dev.graft.image.Pixels;
import java.time.Instant;

/**
 * A frame with its time.
 *
 * @param atMicros since the first frame, in microseconds
 * @param arrived when it was decoded
 */
record Shot(long atMicros, Instant arrived, Pixels pixels) {
    double atSeconds() {
        return atMicros / 1e6;
    }
}
