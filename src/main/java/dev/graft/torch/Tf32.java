package dev.graft.torch;

import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Lets a GPU multiply 32-bit floats in TF32, with 10 bits of fraction, until it is closed. It sets PyTorch's {@code
 * torch.backends.cuda.matmul.allow_tf32} and {@code torch.backends.cudnn.allow_tf32}; the second is on by default. Both
 * are settings of the process, so other threads that use a GPU are affected too. The first open guard switches them on,
 * the last one that closes restores the old values. No effect on the processor.
 *
 * <p>Thread-safe; use it in try-with-resources.
 */
public final class Tf32 implements AutoCloseable {
    private static int open;
    private static boolean inProductsBefore;
    private static boolean inConvolutionsBefore;

    private boolean closed;

    private Tf32() {}

    /** Opens a guard if {@code wanted}, else returns null, which try-with-resources allows. */
    public static Tf32 openIf(boolean wanted) {
        if (!wanted) return null;
        Natives.load();
        begin();
        return new Tf32();
    }

    private static synchronized void begin() {
        if (open == 0) {
            try (NativeScope scope = NativeScope.open()) {
                Context settings = torch.globalContext();
                inProductsBefore = settings.allowTF32CuBLAS();
                inConvolutionsBefore = settings.allowTF32CuDNN();
            }
            allow(true, true);
        }
        open++;
    }

    private static synchronized void end() {
        if (--open == 0) allow(inProductsBefore, inConvolutionsBefore);
    }

    private static void allow(boolean inProducts, boolean inConvolutions) {
        try (NativeScope scope = NativeScope.open()) {
            Context settings = torch.globalContext();
            settings.setAllowTF32CuBLAS(inProducts);
            settings.setAllowTF32CuDNN(inConvolutions);
        }
    }

    /** Restores the old settings if this is the last open guard. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        end();
    }
}
