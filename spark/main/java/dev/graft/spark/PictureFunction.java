package dev.graft.spark;

import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Classifies the pictures of a partition, batch by batch.
 *
 * @param model loaded once for each JVM
 * @param pictures the column to read
 * @param kept indices of the columns that stay
 * @param answer makes the further columns of a prediction
 * @param handleInvalid what becomes of pictures that cannot be read
 */
record PictureFunction(
        ShippedModel model, PictureColumn pictures, int[] kept, AnswerColumns answer, HandleInvalid handleInvalid)
        implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
        if (!rows.hasNext()) return rows;
        ExecutorModels.Lease lease = model.use();
        TaskContext task = TaskContext.get();
        // an anonymous class: Scala's functions have a method of the same name
        task.addTaskCompletionListener(new TaskCompletionListener() {
            @Override
            public void onTaskCompletion(TaskContext context) {
                lease.close();
            }
        });
        return new PictureRows(this, lease.predictor(), rows);
    }
}
