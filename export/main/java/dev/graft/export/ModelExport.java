package dev.graft.export;

import dev.graft.job.RunFolder;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.TrustedScript;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.InferenceMode;

/**
 * Writes a trained model in the formats of other programs.
 *
 * <pre>{@code
 * try (ModelExport export = ModelExport.open(Path.of("pets.pt"))) {
 *     Exported done = export.to(ExportFormat.HUGGINGFACE, Path.of("pets-huggingface"));
 *     System.out.println(done.comparison().largestDifference());
 * }
 * }</pre>
 *
 * <p>An export is written beside its target, opened again, and compared with the model on drawn sample pictures. Only
 * then it gets its name, so a target is complete and checked, or not there. The same model gives the same bytes.
 *
 * <p>Owns native memory: close it. Use it from one thread.
 */
public final class ModelExport implements AutoCloseable {
    private final Classifier classifier;
    private final boolean owned;

    private ModelExport(Classifier classifier, boolean owned) {
        this.classifier = classifier;
        this.owned = owned;
    }

    /**
     * Opens a model. It is read as data: none of its code runs.
     *
     * @param model a file that Graft saved, a checkpoint (its file or folder), or the folder of a run
     * @throws IOException when there is none, Graft did not write it, it is damaged, or its network is code that another
     *     file brought
     */
    public static ModelExport open(Path model) throws IOException {
        return new ModelExport(Classifier.load(file(model)), true);
    }

    /**
     * Opens a model with any network. The network's code runs.
     *
     * @throws IOException when Graft did not write the file, or it is damaged
     */
    public static ModelExport open(TrustedScript model) throws IOException {
        return new ModelExport(Classifier.load(model), true);
    }

    /** For a classifier that stays the caller's. {@link #to} sets its evaluation mode. */
    public static ModelExport of(Classifier classifier) {
        return new ModelExport(classifier, false);
    }

    /**
     * The file of a model that is given as its file, as the folder of a run, or as the folder of a checkpoint.
     *
     * @throws IOException when the folder holds neither a model nor a checkpoint
     */
    private static Path file(Path model) throws IOException {
        return RunFolder.modelIn(model)
                .orElseThrow(
                        () -> new IOException(model + " holds neither model.pt nor a checkpoint; give a file that Graft"
                                + " saved, or the folder of a finished run"));
    }

    /** Network, classes and preprocessing of the model. */
    public ModelCard card() {
        return classifier.card();
    }

    /**
     * Checks that the model can be written in this format. Writes nothing.
     *
     * @throws IllegalArgumentException when it cannot; the message names the network and says what to do
     */
    public void requireFits(ExportFormat format) {
        Optional<String> refusal = format.writer().refusal(card());
        if (refusal.isPresent())
            throw new IllegalArgumentException(
                    card().network().title() + " cannot be written as " + format.title() + ": " + refusal.get());
    }

    /**
     * Checks that an export may go there. Writes nothing.
     *
     * @throws IOException when something is there that must stay
     */
    public static void requireFree(ExportFormat format, Path target, Existing existing) throws IOException {
        ExportPlace.requireFree(target, format.writer().files(), existing);
    }

    /** Writes an export where nothing is yet, see {@link #to(ExportFormat, Path, Existing)}. */
    public Exported to(ExportFormat format, Path target) throws IOException {
        return to(format, target, Existing.REFUSE);
    }

    /**
     * Writes an export, opens it again, and compares it with the model.
     *
     * @param target a file, or a folder if {@link ExportFormat#isFolder}; folders around it are made
     * @throws IllegalArgumentException as {@link #requireFits}
     * @throws IOException when the target is there and must stay, or cannot be written, or the export differs from the
     *     model; the target is then unchanged
     */
    public Exported to(ExportFormat format, Path target, Existing existing) throws IOException {
        requireFits(format);
        classifier.trainingMode(false);
        try (ExportPlace place = ExportPlace.open(target, format.writer().files(), existing)) {
            write(format, place.staged(), target);
            Comparison comparison = compare(format, place.staged(), target);
            long bytes = place.finish();
            return new Exported(format, target, bytes, comparison, notes(format));
        }
    }

    private List<String> notes(ExportFormat format) {
        List<String> notes = new ArrayList<>(format.writer().notes(card()));
        Format.greyScaling(card()).ifPresent(notes::add);
        return notes;
    }

    private void write(ExportFormat format, Path staged, Path target) throws IOException {
        try {
            format.writer().write(classifier, staged);
        } catch (IOException e) {
            throw ExportPlace.notWritten(target, e);
        }
    }

    private Comparison compare(ExportFormat format, Path staged, Path target) throws IOException {
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true);
                Reopened reopened = format.writer().reopen(staged, classifier)) {
            return reopened.compare(classifier, SamplePictures.of(classifier));
        } catch (IOException e) {
            throw new IOException(
                    target + " as " + format.title() + ", opened again, is not the model: " + e.getMessage()
                            + "; nothing was left behind; please report this",
                    e);
        }
    }

    @Override
    public void close() {
        if (owned) classifier.close();
    }
}
