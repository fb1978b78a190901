package dev.graft.cli;

import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.torch.Natives;
import dev.graft.torch.TorchException;

/**
 * Loads LibTorch and OpenCV in a thread of its own, while options, pictures and weights are read: a quarter of a second less in
 * each run. Who needs them waits for them, and tells why when they could not be loaded.
 */
final class NativesAhead implements AutoCloseable {
    private final Thread thread = new Thread(NativesAhead::load, "graft-natives");

    NativesAhead() {
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() {
        try {
            Natives.load();
            new PictureReader(Preprocessing.standard()); // loads OpenCV
        } catch (TorchException | IllegalStateException e) {
            // whoever needs them next tries again, and tells
        }
    }

    /** Waits for the thread: the program must not end while libraries set themselves up. */
    @Override
    public void close() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
