package dev.graft.torch;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The memory of the machine or of a GPU was too small. The message says for what, how much memory it needs and what to
 * do. LibTorch's own report is the cause. The failed operation is lost and its memory is freed; all other objects stay
 * usable.
 */
public final class OutOfMemoryException extends TorchException {
    private static final long serialVersionUID = 1;

    /**
     * The messages of LibTorch 2.10, its JIT, cuDNN, cuBLAS, oneDNN, C++ and JavaCPP. oneDNN says no more than this where it has no
     * room for a kernel that it has described already; what it does not support fails earlier, at the descriptor.
     */
    private static final Pattern WORDS = Pattern.compile(
            "DefaultCPUAllocator: (can't allocate|not enough) memory"
                    + "|(CUDA|CUDA error|CUDA driver error): ?out of memory|CUDA out of memory|HIP out of memory"
                    + "|(CUDNN|CUBLAS)_STATUS_ALLOC_FAILED|could not create a primitive(?! \\w)|std::bad_alloc|Cannot allocate new \\w+Pointer");

    /**
     * Makes the exception.
     *
     * @param what the thing that needed memory, such as "a batch of 64 pictures"
     * @param bytes estimate of its memory; 0 if unknown
     * @param remedy what to do
     * @param cause the original failure
     */
    public OutOfMemoryException(String what, long bytes, String remedy, Throwable cause) {
        super(
                "memory: no room for " + what + (bytes > 0 ? ", which takes about " + size(bytes) : "") + "; " + remedy,
                cause);
    }

    /** Whether a failure, or one of its causes, reports too little memory. */
    public static boolean isMeantBy(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t.getMessage() != null && WORDS.matcher(t.getMessage()).find()) return true;
        }
        return false;
    }

    /** A number of bytes as text in MB or GB (powers of 1,000), at least {@code 1 MB}. */
    public static String size(long bytes) {
        double mega = bytes / 1e6;
        return String.format(
                Locale.ROOT, mega < 1000 ? "%.0f MB" : "%.1f GB", Math.max(1, mega) / (mega < 1000 ? 1 : 1e3));
    }
}
