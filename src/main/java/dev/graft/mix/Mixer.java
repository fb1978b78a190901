package dev.graft.mix;

import dev.graft.plan.CutMix;
import dev.graft.plan.MixUp;
import dev.graft.plan.MixUpOrCutMix;
import dev.graft.plan.Mixing;
import dev.graft.plan.Unmixed;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Mixes batches as a plan says. What is drawn for a batch depends only on its seed. It makes the same operations as
 * torchvision, so the same share and box give the same bits.
 *
 * @param how what is mixed
 * @param classes how many there are
 */
public record Mixer(Mixing how, int classes) {
    /**
     * A batch.
     *
     * @param images float32 [n, channels, height, width], owned by the open scope
     * @param target int64 [n], class indices, or float32 [n, labels] of a multi-label model; after mixing float32 [n, classes],
     *     rows of probabilities; owned by the open scope
     */
    public record Batch(Tensor images, Tensor target) {}

    /** Whether any batch is mixed. */
    public boolean mixes() {
        return !(how instanceof Unmixed);
    }

    /**
     * Mixes a batch of pictures with class indices or rows of labels. A batch of one picture is returned as it is.
     *
     * @param seed for what is drawn: share, box, and which of both
     */
    public Batch mix(Batch batch, long seed) {
        if (batch.images().size(0) < 2) return batch;
        int width = (int) batch.images().size(3);
        int height = (int) batch.images().size(2);
        return apply(draw(how, new Numbers(seed), width, height), batch);
    }

    static Mix draw(Mixing how, Numbers numbers, int width, int height) {
        if (how instanceof MixUp m) return new Blend(numbers.beta(m.alpha()));
        if (how instanceof CutMix c) {
            double share = numbers.beta(c.alpha());
            return Cut.around(numbers.below(width), numbers.below(height), share, width, height);
        }
        if (how instanceof MixUpOrCutMix e) {
            Mixing drawn = numbers.below(2) == 0 ? new MixUp(e.mixUp()) : new CutMix(e.cutMix());
            return draw(drawn, numbers, width, height);
        }
        throw new IllegalStateException("plan: no mixing is known for " + how);
    }

    Batch apply(Mix mix, Batch batch) {
        boolean ofLabels = batch.target().dim() == 2;
        Tensor rows = ofLabels
                ? batch.target()
                : torch.one_hot(batch.target(), classes).to(torch.ScalarType.Float);
        return new Batch(mix.images(batch.images(), before(batch.images())), Blend.of(rows, before(rows), mix.share()));
    }

    /** Each row's predecessor, the first one's is the last, in the same layout: PyTorch's {@code roll} of one. */
    private static Tensor before(Tensor rows) {
        long last = rows.size(0) - 1;
        Tensor rolled = torch.empty_like(rows);
        rolled.narrow(0, 1, last).copy_(rows.narrow(0, 0, last));
        rolled.narrow(0, 0, 1).copy_(rows.narrow(0, last, 1));
        return rolled;
    }
}
