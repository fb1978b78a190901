package dev.graft.torch;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Memory was not enough, the machine's or a GPU's. The message says for what, how much that takes and what to do; what
 * LibTorch reported is the cause. What was under way is lost and its memory is freed; everything else can be used on.
 */
public final class OutOfMemoryException extends TorchException {
    private static final long serialVersionUID = 1;

    /** What LibTorch 2.10, its JIT, cuDNN, cuBLAS, C++ and JavaCPP say. */
    private static final Pattern WORDS = Pattern.compile("DefaultCPUAllocator: (can't allocate|not enough) memory"
            + "|(CUDA|CUDA error|CUDA driver error): ?out of memory|CUDA out of memory|HIP out of memory"
            + "|(CUDNN|CUBLAS)_STATUS_ALLOC_FAILED|std::bad_alloc|Cannot allocate new \\w+Pointer");

    /**
     * Says what there was no room for.
     *
     * @param what such as "a batch of 64 pictures"
     * @param bytes about how many that takes; 0 where that is not known
     * @param remedy what to do
     * @param cause what was reported
     */
    public OutOfMemoryException(String what, long bytes, String remedy, Throwable cause) {
        super(
                "memory: no room for " + what + (bytes > 0 ? ", which takes about " + size(bytes) : "") + "; " + remedy,
                cause);
    }

    /** Whether a failure, or a cause of it, says that memory was not enough. */
    public static boolean isMeantBy(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t.getMessage() != null && WORDS.matcher(t.getMessage()).find()) return true;
        }
        return false;
    }

    /** A number of bytes in MB or GB. */
    public static String size(long bytes) {
        double mega = bytes / 1e6;
        return String.format(
                Locale.ROOT, mega < 1000 ? "%.0f MB" : "%.1f GB", Math.max(1, mega) / (mega < 1000 ? 1 : 1e3));
    }
}
