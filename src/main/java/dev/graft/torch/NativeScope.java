package dev.graft.torch;

import org.bytedeco.javacpp.PointerScope;

/**
 * Everything native that a thread makes between {@link #open()} and {@link #close()} is freed at the close, the newest
 * first, save what was kept with {@link #keep}.
 *
 * <p>A scope belongs to the thread that opened it. Scopes nest; an inner one closes first.
 */
public final class NativeScope implements AutoCloseable {
    private final PointerScope scope;

    private NativeScope() {
        scope = new PointerScope();
    }

    /** Opens a scope for the calling thread. */
    public static NativeScope open() {
        Natives.load();
        return new NativeScope();
    }

    /**
     * Takes a pointer out of this scope: it lives on, and the caller owns it.
     *
     * @return the same pointer
     */
    public <P extends org.bytedeco.javacpp.Pointer> P keep(P pointer) {
        scope.detach(pointer);
        return pointer;
    }

    /** Frees what the scope holds. */
    @Override
    public void close() {
        scope.close();
    }
}
