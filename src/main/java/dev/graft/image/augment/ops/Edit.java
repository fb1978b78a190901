package dev.graft.image.augment.ops;

/** A change of pixels with fixed parameters. Immutable; any thread may use it, with a canvas of its own. */
@FunctionalInterface
public interface Edit {
    /** Leaves the pixels as they are. */
    Edit NONE = canvas -> {};

    /** Changes the pixels of a canvas. */
    void apply(Canvas canvas);

    /** This, and then another one. */
    default Edit then(Edit next) {
        if (this == NONE) return next;
        if (next == NONE) return this;
        return canvas -> {
            apply(canvas);
            next.apply(canvas);
        };
    }
}
