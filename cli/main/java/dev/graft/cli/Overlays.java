package dev.graft.cli;

import dev.graft.explain.ExplainOptions;
import dev.graft.explain.Explainer;
import dev.graft.explain.Explanation;
import dev.graft.explain.Overlay;
import dev.graft.predict.Predictor;
import dev.graft.report.html.Explanations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Draws where a network saw a class, over the pictures. Uses a predictor that stays the caller's: close this first. */
final class Overlays implements Explanations, AutoCloseable {
    private final Explainer explainer;

    private Overlays(Explainer explainer) {
        this.explainer = explainer;
    }

    /**
     * Prepares it.
     *
     * @throws IllegalArgumentException when the network has no such layer, or is not Graft's own and no layer is named
     */
    static Overlays of(Predictor predictor, ExplainOptions options) throws IOException {
        return new Overlays(Explainer.of(predictor, options));
    }

    @Override
    public Optional<byte[]> of(Path picture, String className) throws IOException {
        return Optional.of(
                Overlay.STANDARD.draw(explanation(picture, className)).png());
    }

    private Explanation explanation(Path picture, String className) throws IOException {
        return explainer.explain(picture, explainer.classes().indexOf(className));
    }

    /** Writes the overlay of a picture's class into a folder, as {@code NAME-CLASS.png}; a name that is taken gets a number. */
    void write(Path picture, String className, Path folder) throws IOException {
        String name = picture.getFileName().toString();
        int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        String stem = SortFolder.nameOf(name.substring(0, dot) + "-" + className);
        Path target = folder.resolve(stem + ".png");
        for (int n = 2; Files.exists(target); n++) target = folder.resolve(stem + "-" + n + ".png");
        Overlay.STANDARD.write(explanation(picture, className), target);
    }

    @Override
    public void close() {
        explainer.close();
    }
}
