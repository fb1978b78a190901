package dev.graft.cli;

import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.torch.Natives;
import dev.graft.torch.TorchException;

/**
 * Loads LibTorch and OpenCV in a separate thread while options, pictures and weights are read. This saves a quarter of a
 * second in each run. Code that needs the libraries waits for them, and reports the reason if they could not be loaded.
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
            // the next user tries again and reports the error
        }
    }

    /** Waits for the thread: the program must not exit while the libraries initialise. */
    @Override
    public void close() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
