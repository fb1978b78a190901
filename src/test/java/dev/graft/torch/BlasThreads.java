package dev.graft.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.ErrorCallback;

/** The number of threads that OpenBLAS itself says: its bindings in Java only repeat what they were told. */
public final class BlasThreads {
    private BlasThreads() {}

    /** Asks the library; it must be loaded, and OpenCV too. */
    public static int now() {
        Pointer function = Loader.addressof("openblas_get_num_threads");
        try (PointerPointer<Pointer> holder = new PointerPointer<>(2)) {
            holder.put(0, function).put(1, (Pointer) null);
            return new ErrorCallback(holder).call(0, null, null, null, 0, null);
        }
    }
}
