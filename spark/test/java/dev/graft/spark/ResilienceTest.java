package dev.graft.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that do not run as planned, and jobs without an end. */
@ExtendWith(TestCluster.class)
class ResilienceTest {
    private static final SparkSession SPARK = TestCluster.session();

    @TempDir
    Path folder;

    @Test
    void transform_executorDiesOnTheWay_givesAllRows() throws Exception {
        Path model = SmallModel.save(folder);
        Path died = folder.resolve("died");
        Dataset<Row> table = Executors.dyingAt(Pictures.table(SPARK, Pictures.rows(40, 2), 2), 30, died);
        List<Row> rows = GraftFeaturizer.open(model.toString()).transform(table).collectAsList();
        assertTrue(Files.exists(died), "no executor died");
        assertEquals(42, rows.size());
        assertEquals(
                40, rows.stream().filter(row -> row.getAs("features") != null).count());
    }

    @Test
    void transform_stream_classifiesEachFileThatArrives() throws Exception {
        Path model = SmallModel.save(folder);
        Path files = Files.createDirectory(folder.resolve("files"));
        for (int i = 0; i < 3; i++) Files.write(files.resolve(i + ".png"), SmallModel.numbered(i));
        Files.writeString(files.resolve("text.png"), "no picture");
        StructType schema = new StructType()
                .add("path", DataTypes.StringType)
                .add("modificationTime", DataTypes.TimestampType)
                .add("length", DataTypes.LongType)
                .add("content", DataTypes.BinaryType);
        Dataset<Row> stream = SPARK.readStream()
                .format("binaryFile")
                .schema(schema)
                .option("maxFilesPerTrigger", "2")
                .load(files.toString());
        GraftClassificationModel.open(model.toString())
                .transform(stream)
                .drop("content")
                .writeStream()
                .format("memory")
                .queryName("answers")
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
        List<Row> rows = SPARK.table("answers").collectAsList();
        assertEquals(4, rows.size());
        Set<String> reasons = rows.stream()
                .filter(row -> row.getAs("class") == null)
                .map(row -> row.<String>getAs("reason"))
                .collect(Collectors.toSet());
        assertEquals(1, reasons.size());
        assertTrue(reasons.iterator().next().contains("text.png: "), reasons.toString());
    }
}
