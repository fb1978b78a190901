package dev.graft.features;

import dev.graft.distributed.RankGroup;
import dev.graft.torch.NativeScope;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Rows of features that ranks compute in turn, one each, and then exchange. */
record SharedRows(RankGroup group) {
    /** Of one exchange, on each rank. */
    private static final long MOST_BYTES = 64 << 20;

    boolean isOwn(int row) {
        return row % group.size() == group.rank();
    }

    /** Throws if another rank has failed meanwhile. */
    void check() {
        group.check();
    }

    /** Waits for all ranks; whether each has computed its whole share. */
    boolean all(boolean mine) {
        group.exchange(""); // they may compute at different speed
        return !group.any(!mine);
    }

    /**
     * Gives every rank the rows of all.
     *
     * @param values float32 [at least rows, features]
     * @param filled which rows are there; afterwards, those of all ranks
     * @param found a number of this rank
     * @return the sum of all ranks' numbers
     */
    int gather(Tensor values, boolean[] filled, int found) {
        long features = values.size(1);
        int part = (int) Math.max(group.size(), MOST_BYTES / (Float.BYTES * features) * group.size());
        for (int from = 0; from < filled.length; from += part)
            gather(values, filled, from, Math.min(filled.length, from + part));
        try (NativeScope scope = NativeScope.open()) {
            Tensor sum = Tensor.create(new long[] {found}, 1);
            group.sum(sum);
            return (int) sum.item_long();
        }
    }

    private void gather(Tensor values, boolean[] filled, int from, int to) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            long[] own = IntStream.range(from, to)
                    .filter(r -> isOwn(r) && filled[r])
                    .asLongStream()
                    .toArray();
            Tensor rows = own.length == 0 ? torch.zeros(0).to(torch.ScalarType.Long) : Tensor.create(own, own.length);
            List<Tensor> places = group.gather(rows);
            List<Tensor> parts = group.gather(values.index_select(0, rows));
            for (int r = 0; r < group.size(); r++) {
                long[] there = new long[(int) places.get(r).size(0)];
                if (there.length == 0) continue;
                new LongPointer(places.get(r).data_ptr()).get(there);
                if (r != group.rank()) values.index_copy_(0, places.get(r), parts.get(r));
                for (long row : there) filled[(int) row] = true;
            }
        }
    }
}
