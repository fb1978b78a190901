package dev.graft.export;

import dev.graft.export.onnx.OnnxOptions;
import dev.graft.export.onnx.OnnxOptions.Norms;
import dev.graft.export.onnx.OnnxOptions.Output;
import java.util.Arrays;
import java.util.List;

/** The formats that a model can be written in. A new format is one class and one line here. */
public enum ExportFormat {
    /** TorchScript, as {@link dev.graft.model.Classifier#save} writes it: from normalised pictures to logits. */
    TORCHSCRIPT("torchscript", ".torchscript.pt", new TorchScriptFormat()),
    /** TorchScript that takes the pixels of a picture of any size and gives probabilities; the classes are inside. */
    TORCHSCRIPT_SELF_CONTAINED("torchscript-self-contained", ".self-contained.pt", new SelfContainedFormat()),
    /** A state dict of {@code torch.save} that torchvision's {@code load_state_dict(strict=True)} takes. */
    STATE_DICT("state-dict", ".pth", new StateDictFormat()),
    /** The same tensors in a safetensors file, with the model's card as metadata. Graft opens it as a model. */
    SAFETENSORS("safetensors", ".safetensors", new SafetensorsFormat()),
    /** A folder that Hugging Face's {@code transformers} opens; ResNet 18, 34, 50, 101 and 152 only. */
    HUGGINGFACE("huggingface", "-huggingface", new HuggingFaceFormat()),
    /** ONNX, from normalised pictures to logits; the batch norms are folded into the convolutions. */
    ONNX("onnx", ".onnx", new OnnxFormat(OnnxOptions.STANDARD)),
    /** ONNX with the batch norms as they are, such as for more training elsewhere. */
    ONNX_UNFOLDED("onnx-unfolded", ".unfolded.onnx", new OnnxFormat(OnnxOptions.STANDARD.withNorms(Norms.KEPT))),
    /** ONNX that gives probabilities. */
    ONNX_PROBABILITIES(
            "onnx-probabilities",
            ".probabilities.onnx",
            new OnnxFormat(OnnxOptions.STANDARD.withOutput(Output.PROBABILITIES)));

    private final String title;
    private final String ending;
    private final Format writer;

    ExportFormat(String title, String ending, Format writer) {
        this.title = title;
        this.ending = ending;
        this.writer = writer;
    }

    /** The name of the format on the command line, such as {@code state-dict}. */
    public String title() {
        return title;
    }

    /** The usual name of the file or folder for a model with this name: {@code pets.pth} for {@code pets}. */
    public String fileName(String model) {
        return model + ending;
    }

    /** Whether an export is a folder. */
    public boolean isFolder() {
        return !writer.files().isEmpty();
    }

    Format writer() {
        return writer;
    }

    /** The names of all formats. */
    public static List<String> titles() {
        return Arrays.stream(values()).map(ExportFormat::title).toList();
    }

    /**
     * The format with this name.
     *
     * @throws IllegalArgumentException when there is none; the message lists the known names
     */
    public static ExportFormat named(String title) {
        for (ExportFormat format : values()) if (format.title.equals(title)) return format;
        throw new IllegalArgumentException(
                "there is no format '" + title + "'; there are " + String.join(", ", titles()));
    }
}
