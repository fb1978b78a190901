package dev.graft.spark;

import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An archive as {@link Classifier#save} writes it, in memory: what travels to the executors and lies beside a stage's metadata. Never
 * changes.
 */
final class ModelArchive {
    /** A trunk without a head has these. */
    private static final List<String> NO_CLASSES = List.of("0", "1");

    private final byte[] bytes;
    private final String sha256;
    private final ModelCard card;

    private ModelArchive(byte[] bytes, ModelCard card) {
        this.bytes = bytes;
        this.card = card;
        try {
            sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /** The caller does not change them. */
    byte[] bytes() {
        return bytes;
    }

    String sha256() {
        return sha256;
    }

    ModelCard card() {
        return card;
    }

    /**
     * A model that Graft saved.
     *
     * @throws IOException when it is none, is damaged, or its network's code is from another file
     */
    static ModelArchive ofModel(Path file) throws IOException {
        try (WeightsFile weights = WeightsFile.open(file)) {
            ModelCard card = ModelCard.in(weights);
            if (card.network().origin().isPresent())
                throw new IOException("spark: the network of " + file + " is code in a file, which Spark's executors do"
                        + " not run; use one of Graft's own networks");
            return new ModelArchive(Files.readAllBytes(file), card);
        }
    }

    /** The same from the bytes of its file. */
    static ModelArchive ofModel(byte[] bytes) throws IOException {
        try (TemporaryFile file = TemporaryFile.with(bytes)) {
            return new ModelArchive(bytes, ofModel(file.path()).card);
        }
    }

    /**
     * The frozen layers of a weights file or of a model, without its head.
     *
     * @param preprocessing empty for that of the model, or of ImageNet's weights
     * @throws IOException when the file holds no network that Graft knows
     */
    static ModelArchive ofTrunk(Path file, Optional<Preprocessing> preprocessing) throws IOException {
        Architecture network;
        Preprocessing own = Preprocessing.standard();
        try (WeightsFile weights = WeightsFile.open(file)) {
            network = Architecture.recognise(weights)
                    .orElseThrow(() -> new IOException("spark: " + file
                            + " holds no ResNet that Graft knows; give torchvision's resnet18 or resnet50, or a model"
                            + " that Graft saved"));
            if (ModelCard.isIn(weights)) own = ModelCard.in(weights).preprocessing();
        }
        return grafted(
                file,
                new ModelCard(network, NO_CLASSES, preprocessing.orElse(own)),
                new float[2 * network.features()],
                new float[2]);
    }

    /**
     * The same frozen layers with another head.
     *
     * @param weight row-major [classes][features]
     * @param bias [classes]
     */
    ModelArchive withHead(List<String> classes, float[] weight, float[] bias) throws IOException {
        try (TemporaryFile file = TemporaryFile.with(bytes)) {
            return grafted(file.path(), new ModelCard(card.network(), classes, card.preprocessing()), weight, bias);
        }
    }

    private static ModelArchive grafted(Path weights, ModelCard card, float[] weight, float[] bias) throws IOException {
        try (RandomSource random = new RandomSource(0);
                Classifier classifier = Classifier.graft(weights, card, random);
                TemporaryFile saved = TemporaryFile.with(new byte[0])) {
            classifier.replaceHead(weight, bias);
            classifier.save(saved.path());
            return new ModelArchive(Files.readAllBytes(saved.path()), card);
        }
    }
}
