package dev.graft.spark;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a stage asks Spark to do with a column of pictures.
 *
 * @param stage has the parameters
 * @param network goes to the executors
 * @param answer what is added
 */
record PictureJob(PictureStage<?> stage, Shipping network, AnswerColumns answer) {
    static PictureJob of(PictureStage<?> stage, Shipping network, AnswerColumns answer) {
        Stages.precision(stage.getPrecision()); // a pipeline may have set it without a check
        Stages.within("batchSize", stage.getBatchSize(), 1, 32);
        return new PictureJob(stage, network, answer);
    }

    /**
     * Plans the job.
     *
     * @param kept the indices of the columns that stay
     * @param added the schema of these columns with the added ones
     */
    Dataset<Row> run(Dataset<?> pictures, int[] kept, UnaryOperator<StructType> added) {
        StructType schema = pictures.schema();
        int index = Columns.pictures(schema, stage.getInputCol());
        StructField[] fields =
                Arrays.stream(kept).mapToObj(i -> schema.fields()[i]).toArray(StructField[]::new);
        StructType result = added.apply(new StructType(fields));
        SparkContext context = pictures.sparkSession().sparkContext();
        PictureColumn column = new PictureColumn(
                index, names(schema), Columns.isOfPaths(schema, index) ? Storage.packed(context) : null);
        PictureFunction function = new PictureFunction(
                network.to(context, stage), column, kept, answer, HandleInvalid.of(stage.getHandleInvalid()));
        return pictures.toDF().mapPartitions(function, Encoders.row(result));
    }

    private static int names(StructType schema) {
        int index = Arrays.asList(schema.fieldNames()).indexOf(Columns.NAMES);
        return index >= 0 && schema.fields()[index].dataType().equals(DataTypes.StringType) ? index : -1;
    }
}
