package dev.graft.export;

import dev.graft.image.GreyScaling;
import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import dev.graft.model.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a model is written in a format, and opened again. Without state. */
interface Format {
    /** Why this model cannot be written so, and what to do instead; empty if it can. */
    Optional<String> refusal(ModelCard card);

    /** What the user of the export should know: one sentence each. */
    default List<String> notes(ModelCard card) {
        return List.of();
    }

    /** The names of the files if an export is a folder; empty if it is one file. */
    default List<String> files() {
        return List.of();
    }

    /** Writes the file or folder. There is none yet, but the folder around it is there. */
    void write(Classifier classifier, Path target) throws IOException;

    /** Opens what {@link #write} wrote. The caller closes it. */
    Reopened reopen(Path written, Classifier classifier) throws IOException;

    /** What every export leaves to its user if the model scales grey values: no other program's format holds it. */
    static Optional<String> greyScaling(ModelCard card) {
        GreyScaling grey = card.preprocessing().grey();
        if (grey.equals(GreyScaling.NONE)) return Optional.empty();
        return Optional.of("the model scales the values of grey pictures to 8 bits first (" + grey.text()
                + "), and the export does not: scale them before you give it pictures, as GreyScaling says");
    }

    /** The refusal of a cosine classifier by a program that has only linear layers. */
    static Optional<String> noCosine(ModelCard card, String program) {
        if (!(card.head() instanceof HeadSpec.Cosine)) return Optional.empty();
        return Optional.of("its head is a cosine classifier, which " + program + " does not have; export it as "
                + ExportFormat.TORCHSCRIPT.title() + " or " + ExportFormat.ONNX.title()
                + ", or train a linear head");
    }

    /** What a reader of a state dict must do before it takes a head with a hidden layer. */
    static Optional<String> hiddenLayer(ModelCard card) {
        if (!(card.head() instanceof HeadSpec.Hidden h)) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "torchvision's network needs this head before load_state_dict: model.fc = torch.nn.Sequential("
                        + "torch.nn.Linear(%d, %d), torch.nn.ReLU(), torch.nn.Dropout(%s), torch.nn.Linear(%d, %d))",
                card.network().features(),
                h.width(),
                h.dropout(),
                h.width(),
                card.classes().size()));
    }

    /** The refusal of networks whose layers Graft does not know. */
    static Optional<String> ownNetworksOnly(ModelCard card) {
        if (card.network().graph().isPresent()) return Optional.empty();
        return Optional.of("its network is code from another file, whose layers Graft does not know; export it as "
                + ExportFormat.TORCHSCRIPT.title() + ", load that in Python (torch.jit.load) and convert it there");
    }
}
