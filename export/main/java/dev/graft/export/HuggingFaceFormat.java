package dev.graft.export;

import dev.graft.files.AtomicFile;
import dev.graft.image.Engine;
import dev.graft.image.Orientation;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A folder for Hugging Face's {@code transformers}: weights with its names, and two files of settings. */
final class HuggingFaceFormat implements Format {
    private static final String WEIGHTS = "model.safetensors";
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";

    /** Its {@code ResNetModel} has neither groups nor wide bottlenecks. */
    private static final Set<Architecture> KNOWN = EnumSet.of(
            Architecture.RESNET18,
            Architecture.RESNET34,
            Architecture.RESNET50,
            Architecture.RESNET101,
            Architecture.RESNET152);

    @Override
    public Optional<String> refusal(ModelCard card) {
        if (card.network().graph().isEmpty()) return Format.ownNetworksOnly(card);
        if (card.head() instanceof HeadSpec.Hidden)
            return Optional.of(
                    "its head has a hidden layer, and transformers' ResNet has one linear layer; export it as "
                            + ExportFormat.SAFETENSORS.title() + " or " + ExportFormat.ONNX.title()
                            + ", or train a linear head");
        if (KNOWN.stream().anyMatch(card.network()::equals)) return Format.noCosine(card, "transformers' ResNet");
        return Optional.of("transformers has no such network, only "
                + String.join(", ", KNOWN.stream().map(Architecture::title).toList()) + "; export it as "
                + ExportFormat.SAFETENSORS.title() + " for torchvision or timm");
    }

    @Override
    public List<String> notes(ModelCard card) {
        List<String> notes = new ArrayList<>();
        if (card.preprocessing().engine() != Engine.EXACT)
            notes.add("the model's preprocessing is OpenCV's, which transformers does not have: its pixels differ, by"
                    + " some levels where a picture is made much smaller");
        if (card.preprocessing().orientation() == Orientation.EXIF)
            notes.add("the model turns pictures as EXIF says, and transformers does not: use"
                    + " PIL.ImageOps.exif_transpose");
        return notes;
    }

    @Override
    public List<String> files() {
        return List.of(WEIGHTS, CONFIG, PREPROCESSOR);
    }

    @Override
    public void write(Classifier classifier, Path target) throws IOException {
        ModelCard card = classifier.card();
        Files.createDirectory(target);
        text(target.resolve(CONFIG), TransformersConfig.network(card));
        text(target.resolve(PREPROCESSOR), TransformersConfig.pictures(card.preprocessing()));
        try (NativeScope scope = NativeScope.open()) {
            SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt"));
            StateTensors.into(
                    classifier, (name, kind, shape, data) -> file.add(TransformersNames.of(name), kind, shape, data));
            AtomicFile.write(target.resolve(WEIGHTS), file::write);
        }
    }

    private static void text(Path file, String text) throws IOException {
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Reopened reopen(Path written, Classifier classifier) throws IOException {
        return ReopenedWeights.open(written.resolve(WEIGHTS), classifier.card(), TransformersNames::of);
    }
}
