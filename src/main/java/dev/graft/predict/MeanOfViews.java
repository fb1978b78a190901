package dev.graft.predict;

import dev.graft.model.ModelCard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The logits of pictures that are seen in several views, see {@link TestViews}. Used by the network's thread. */
record MeanOfViews(ModelCard card, TestViews views) {
    /**
     * The network's logits, or of several views those of their mean probabilities. The open scope owns them.
     *
     * @param seen the network's logits of the images, float32 [pictures * views, classes]
     * @param images float32 [pictures * views, 3, height, width], normalised; seen mirrored too if the views say so
     * @return float32 [pictures, classes]
     */
    Tensor logits(Computation network, Tensor seen, Tensor images, int pictures) {
        if (views.count() == 1) return seen;
        Tensor mirrored = views.mirrored() ? network.compute(images.flip(3)).logits() : null;
        long[] shape = {pictures, views.read(), card.classes().size()};
        if (card.isMultiLabel()) return ofLabels(seen.view(shape), mirrored == null ? null : mirrored.view(shape));
        Tensor mean = sum(seen, shape);
        if (mirrored != null) mean = torch.logaddexp(mean, sum(mirrored, shape));
        return mean.sub_(new Scalar(Math.log(views.count())));
    }

    /** Logits whose sigmoid is the mean of the sigmoids of each picture's views. */
    private static Tensor ofLabels(Tensor seen, Tensor mirrored) {
        Tensor all = mirrored == null ? seen : torch.cat(new TensorVector(seen, mirrored), 1);
        return torch.log_sigmoid(all)
                .logsumexp(1)
                .sub(torch.log_sigmoid(all.neg()).logsumexp(1));
    }

    /** The logarithms of the sums of the probabilities of each picture's views. */
    private static Tensor sum(Tensor logits, long[] shape) {
        return logits.log_softmax(1).view(shape).logsumexp(1);
    }
}
