package dev.graft.image.augment;

import dev.graft.image.augment.ops.Edit;
import java.util.Objects;

/**
 * The part of a picture that a view shows, and what is changed after it has been resized.
 *
 * @param top first row, in pixels from the picture's top, at least 0
 * @param left first column, in pixels from the picture's left, at least 0
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param flip whether it is mirrored left to right
 * @param edit of the resized and mirrored pixels
 */
public record View(int top, int left, int height, int width, boolean flip, Edit edit) {
    /** Checks the ranges. */
    public View {
        Objects.requireNonNull(edit, "edit");
        if (top < 0 || left < 0 || height < 1 || width < 1)
            throw new IllegalArgumentException(
                    "a view must have top and left of at least 0, height and width of at least 1, was top " + top
                            + ", left " + left + ", height " + height + ", width " + width);
    }

    /** A part without further changes. */
    public View(int top, int left, int height, int width, boolean flip) {
        this(top, left, height, width, flip, Edit.NONE);
    }

    /** The same part with other changes. */
    View withEdit(Edit other) {
        return new View(top, left, height, width, flip, other);
    }
}
