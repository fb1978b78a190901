package dev.graft.export;

import dev.graft.batch.Layout;
import dev.graft.model.Classifier;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** An export that Graft reads as a classifier. It must have every value of the model, to the bit. */
record ReopenedClassifier(Classifier classifier) implements Reopened {
    /** Sums may be made in another order when the model's memory has another layout. */
    private static final double TOLERANCE = 1e-4;

    @Override
    public Comparison compare(Classifier model, SamplePictures samples) throws IOException {
        Map<String, Tensor> state = classifier.state();
        for (Map.Entry<String, Tensor> entry : model.state().entrySet()) {
            Tensor read = state.get(entry.getKey());
            if (read == null || !read.equal(entry.getValue().cpu()))
                throw new IOException("the values of " + entry.getKey() + " differ");
        }
        classifier.trainingMode(false);
        classifier.moveTo(model.device(), Layout.CONTIGUOUS);
        return Comparison.of(model.forward(samples.images()), classifier.forward(samples.images()))
                .within(TOLERANCE);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
