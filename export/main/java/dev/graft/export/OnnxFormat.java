package dev.graft.export;

import dev.graft.export.onnx.OnnxCheck;
import dev.graft.export.onnx.OnnxExport;
import dev.graft.export.onnx.OnnxOptions;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An ONNX file with the classes and the preprocessing in its metadata. */
record OnnxFormat(OnnxOptions options) implements Format {
    @Override
    public Optional<String> refusal(ModelCard card) {
        return Format.ownNetworksOnly(card);
    }

    @Override
    public List<String> notes(ModelCard card) {
        return List.of(
                "the file takes normalised pictures of " + card.preprocessing().width() + " x "
                        + card.preprocessing().height() + "; how they are made stands in its metadata");
    }

    @Override
    public void write(Classifier classifier, Path target) throws IOException {
        OnnxExport.write(classifier, target, options);
    }

    /** LibTorch computes the nodes of the file. */
    @Override
    public Reopened reopen(Path written, Classifier classifier) {
        return new Reopened() {
            @Override
            public Comparison compare(Classifier model, SamplePictures samples) throws IOException {
                return Comparison.of(
                        model.forward(samples.images()), OnnxCheck.compare(written, model, samples.images()));
            }

            @Override
            public void close() {
                // nothing stays open between calls
            }
        };
    }
}
