package dev.graft.torch;

import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Between its opening and its close, a GPU's units for TF32 may multiply 32-bit floats: 10 bits of each fraction count. As PyTorch's
 * {@code torch.backends.cuda.matmul.allow_tf32} and {@code torch.backends.cudnn.allow_tf32}, of which the second is on by itself.
 * Both belong to the process: threads that compute on a GPU meanwhile take part. On the processor it changes nothing.
 *
 * <p>Try-with-resources only. Guards nest; the inner one closes first.
 */
public final class Tf32 implements AutoCloseable {
    private final boolean inProductsBefore;
    private final boolean inConvolutionsBefore;

    private Tf32() {
        try (NativeScope scope = NativeScope.open()) {
            Context settings = torch.globalContext();
            inProductsBefore = settings.allowTF32CuBLAS();
            inConvolutionsBefore = settings.allowTF32CuDNN();
        }
        allow(true, true);
    }

    /** Begins it where {@code wanted}, else gives null, which try-with-resources takes for nothing to close. */
    public static Tf32 openIf(boolean wanted) {
        if (!wanted) return null;
        Natives.load();
        return new Tf32();
    }

    private static void allow(boolean inProducts, boolean inConvolutions) {
        try (NativeScope scope = NativeScope.open()) {
            Context settings = torch.globalContext();
            settings.setAllowTF32CuBLAS(inProducts);
            settings.setAllowTF32CuDNN(inConvolutions);
        }
    }

    /** Sets both back as they were. */
    @Override
    public void close() {
        allow(inProductsBefore, inConvolutionsBefore);
    }
}
