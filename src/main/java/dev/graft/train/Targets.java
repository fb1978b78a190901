package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.model.ModelCard;
import dev.graft.torch.Upload;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What a batch's logits are compared with. */
final class Targets {
    private Targets() {}

    /**
     * The target of some samples, owned by the open scope.
     *
     * @param rows indices into the list
     * @return int64 [rows], class indices; for a multi-label model float32 [rows, labels], 1 where a picture has the label
     *     and 0 elsewhere
     */
    static Tensor of(ModelCard card, List<Sample> samples, int[] rows, Device where) {
        if (card.isMultiLabel()) return sets(card.classes().size(), samples, rows, where);
        long[] labels =
                IntStream.of(rows).mapToLong(row -> samples.get(row).label()).toArray();
        return Upload.longs(labels, where);
    }

    private static Tensor sets(int labels, List<Sample> samples, int[] rows, Device where) {
        float[] values = new float[rows.length * labels];
        for (int i = 0; i < rows.length; i++)
            for (int label : samples.get(rows[i]).labels()) values[i * labels + label] = 1;
        return Tensor.create(values, rows.length, labels).to(where, torch.ScalarType.Float);
    }

    /** Whether each of some samples has each label, [rows][labels]. */
    static boolean[][] has(int labels, List<Sample> samples, int[] rows) {
        boolean[][] has = new boolean[rows.length][labels];
        for (int i = 0; i < rows.length; i++)
            for (int label : samples.get(rows[i]).labels()) has[i][label] = true;
        return has;
    }
}
