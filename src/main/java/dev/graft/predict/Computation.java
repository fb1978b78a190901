package dev.graft.predict;

import dev.graft.model.Classifier;
import dev.graft.model.DetachedHead;
import dev.graft.model.Trunk;
import dev.graft.model.fuse.FusedTrunk;
import org.bytedeco.pytorch.Tensor;

/** How a network computes. Owns native memory: close it. Used by the network's thread. */
interface Computation extends AutoCloseable {
    /**
     * What the network gives for a batch. The open scope owns the tensors.
     *
     * @param logits float32 [n, classes]
     * @param features float32 [n, features]; null if it does not give them
     */
    record Output(Tensor logits, Tensor features) {}

    /**
     * Computes a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on the network's device
     */
    Output compute(Tensor images);

    @Override
    void close();

    /** The network as it was saved. */
    record AsSaved(Classifier classifier) implements Computation {
        @Override
        public Output compute(Tensor images) {
            return new Output(classifier.forward(images), null);
        }

        @Override
        public void close() {
            classifier.close();
        }
    }

    /** The same in two parts. The head of the trunk's features gives the same bits. */
    record AsSavedWithFeatures(Classifier classifier, Trunk trunk) implements Computation {
        @Override
        public Output compute(Tensor images) {
            Tensor features = trunk.features(images);
            return new Output(classifier.headForward(features), features);
        }

        @Override
        public void close() {
            trunk.close();
            classifier.close();
        }
    }

    /** The trunk has a copy of its weights. With a copy of the head's, the classifier is no longer needed. */
    record Fused(FusedTrunk trunk, DetachedHead head) implements Computation {
        @Override
        public Output compute(Tensor images) {
            Tensor features = trunk.features(images);
            return new Output(head.logits(features), features);
        }

        @Override
        public void close() {
            trunk.close();
            head.close();
        }
    }
}
