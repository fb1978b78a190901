package dev.graft.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees, on {@link #close()}, all native objects that the thread made since {@link #open()}, except those passed to
 * {@link #own}.
 *
 * <p>A scope belongs to the thread that opened it. Scopes nest; the inner one closes first.
 */
public final class NativeScope implements AutoCloseable {
    private final PointerScope scope;

    private NativeScope() {
        scope = new PointerScope();
    }

    /**
     * Opens a scope for the calling thread and applies the setting of {@link Threads} to it. Loads LibTorch if it is
     * not loaded yet.
     */
    public static NativeScope open() {
        Natives.load();
        Threads.tellCaller();
        return new NativeScope();
    }

    /**
     * Makes the caller an owner of a pointer: it outlives its scope until the caller closes it.
     *
     * @return the same pointer
     */
    public static <P extends Pointer> P own(P pointer) {
        pointer.retainReference();
        return pointer;
    }

    /** Frees all objects of the scope that have no other owner. */
    @Override
    public void close() {
        scope.close();
    }
}
