package dev.graft.image;

import dev.graft.image.augment.View;
import dev.graft.image.augment.ops.Canvas;
import dev.graft.image.codec.Raster;

/** Mirrors and edits pictures of the network's size in place. Thread-safe: each thread has its own memory, which it reuses. */
final class Retouch {
    private final ThreadLocal<Canvas> canvases;

    Retouch(int width, int height) {
        canvases = ThreadLocal.withInitial(() -> new Canvas(width, height));
    }

    void edit(Raster picture, View view) {
        Canvas canvas = canvases.get();
        int row = 3 * picture.width();
        for (int y = 0; y < picture.height(); y++) picture.rgb().get(y * picture.stride(), canvas.rgb(), y * row, row);
        if (view.flip()) Mirror.rows(canvas.rgb(), picture.width(), picture.height());
        view.edit().apply(canvas);
        for (int y = 0; y < picture.height(); y++) picture.rgb().put(y * picture.stride(), canvas.rgb(), y * row, row);
    }
}
