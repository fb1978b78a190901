package dev.graft.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * Everything native that a thread makes between {@link #open()} and {@link #close()} is freed at the close, save what
 * was given an owner with {@link #own}.
 *
 * <p>A scope belongs to the thread that opened it. Scopes nest; the inner one closes first.
 */
public final class NativeScope implements AutoCloseable {
    private final PointerScope scope;

    private NativeScope() {
        scope = new PointerScope();
    }

    /**
     * Opens a scope for the calling thread, which from then on computes with as many threads as {@link Threads} says. Loads
     * LibTorch if that has not happened yet.
     */
    public static NativeScope open() {
        Natives.load();
        Threads.tellCaller();
        return new NativeScope();
    }

    /**
     * Gives the caller a share in a pointer: it outlives the scope that it was made in, until the caller closes it.
     *
     * @return the same pointer
     */
    public static <P extends Pointer> P own(P pointer) {
        pointer.retainReference();
        return pointer;
    }

    /** Frees what has no other owner. */
    @Override
    public void close() {
        scope.close();
    }
}
