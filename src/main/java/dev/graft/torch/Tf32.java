package dev.graft.torch;

import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Between its opening and its close, a GPU's units for TF32 may multiply 32-bit floats: 10 bits of each fraction count. As PyTorch's
 * {@code torch.backends.cuda.matmul.allow_tf32} and {@code torch.backends.cudnn.allow_tf32}, of which the second is on by itself.
 * Both belong to the process: threads that compute on a GPU meanwhile take part. The first guard that opens switches them on, the last
 * that closes sets them back as they were. On the processor it changes nothing.
 *
 * <p>Any thread; try-with-resources only.
 */
public final class Tf32 implements AutoCloseable {
    private static int open;
    private static boolean inProductsBefore;
    private static boolean inConvolutionsBefore;

    private boolean closed;

    private Tf32() {}

    /** Begins it where {@code wanted}, else gives null, which try-with-resources takes for nothing to close. */
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

    /** With the last that is open, both are again as they were. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        end();
    }
}
