package dev.graft.spark;

import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The rows of a partition with their answers. Reads a batch ahead of the rows that are asked for, no more. Used by one thread. */
final class PictureRows implements Iterator<Row> {
    private final PictureFunction function;
    private final Predictor predictor;
    private final Iterator<Row> rows;
    private final Deque<Row> ready = new ArrayDeque<>();

    PictureRows(PictureFunction function, Predictor predictor, Iterator<Row> rows) {
        this.function = function;
        this.predictor = predictor;
        this.rows = rows;
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) answerBatch();
        return !ready.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) throw new NoSuchElementException("spark: the partition has no more rows");
        return ready.remove();
    }

    private void answerBatch() {
        List<Row> batch = new ArrayList<>();
        List<PictureInput> inputs = new ArrayList<>();
        List<Integer> places = new ArrayList<>(); // of each input in the batch
        String[] reasons = new String[function.model().batch()];
        while (rows.hasNext() && batch.size() < reasons.length) {
            Row row = rows.next();
            try {
                inputs.add(function.pictures().read(row));
                places.add(batch.size());
            } catch (IOException e) {
                reasons[batch.size()] = e.getMessage();
            }
            batch.add(row);
        }
        List<Optional<Prediction>> answers =
                predictor.predictEach(inputs, (why, i) -> reasons[places.get(i)] = why.getMessage());
        Prediction[] predictions = new Prediction[batch.size()];
        for (int i = 0; i < answers.size(); i++)
            predictions[places.get(i)] = answers.get(i).orElse(null);
        for (int i = 0; i < batch.size(); i++) add(batch.get(i), predictions[i], reasons[i]);
    }

    private void add(Row row, Prediction prediction, String reason) {
        if (prediction == null && function.handleInvalid() == HandleInvalid.ERROR)
            throw new IllegalArgumentException(
                    "spark: a picture cannot be read, and handleInvalid is error (keep and skip go on): " + reason);
        if (prediction == null && function.handleInvalid() == HandleInvalid.SKIP) return;
        int[] kept = function.kept();
        Object[] values = new Object[kept.length + function.answer().count() + 1];
        for (int i = 0; i < kept.length; i++) values[i] = row.get(kept[i]);
        if (prediction == null) values[values.length - 1] = reason;
        else function.answer().fill(prediction, values, kept.length);
        ready.add(RowFactory.create(values));
    }
}
