package dev.graft.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.Precision;
import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestCluster.class)
class FeaturizerTest {
    private static final SparkSession SPARK = TestCluster.session();

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void makeModel() throws Exception {
        model = SmallModel.save(folder);
    }

    @Test
    void transform_onTwoExecutors_givesTheBitsOfThePredictorAndAReasonForEachBadPicture() throws Exception {
        List<Row> rows = Pictures.rows(40, 5);
        GraftFeaturizer featurizer = GraftFeaturizer.open(model.toString());
        assertEquals(512, featurizer.features());
        Map<String, Integer> before = Executors.loads(SPARK);
        Dataset<Row> table = Pictures.table(SPARK, rows, 6);
        List<Row> answers = featurizer.transform(table).collectAsList();
        assertEquals(45, answers.size());
        List<double[]> expected = local(table);
        for (int i = 0; i < 45; i++) {
            Row row = answers.get(i);
            assertEquals(i, row.getInt(0));
            Vector features = row.getAs("features");
            if (i >= 40) {
                assertNull(features);
                assertTrue(row.<String>getAs("reason").startsWith("picture in memory: "), row.<String>getAs("reason"));
            } else {
                assertNull(row.getAs("reason"));
                assertArrayEquals(expected.get(i), features.toArray(), "row " + i);
            }
        }
        featurizer.transform(table).count();
        Map<String, Integer> after = Executors.loads(SPARK);
        assertEquals(2, after.size());
        after.forEach((executor, count) -> assertEquals(before.getOrDefault(executor, 0) + 1, count, executor));
    }

    /** What the library alone gives for the same batches, with as many threads. */
    private static List<double[]> local(Dataset<Row> table) throws Exception {
        Threads.set(1);
        PredictorOptions options = PredictorOptions.fast()
                .withPrecision(Precision.FP32)
                .withBatch(8)
                .withFeatures();
        List<double[]> all = new ArrayList<>();
        try (Predictor predictor = Predictor.open(model, options)) {
            for (List<Row> partition : table.toJavaRDD().glom().collect()) {
                for (int from = 0; from < partition.size(); from += 8) {
                    List<PictureInput> batch = partition.subList(from, Math.min(from + 8, partition.size())).stream()
                            .filter(row -> !row.isNullAt(1))
                            .map(row -> PictureInput.of((byte[]) row.get(1), ""))
                            .toList();
                    for (Optional<Prediction> one : predictor.predictEach(batch, (why, i) -> {}))
                        all.add(one.map(p -> p.features().stream()
                                        .mapToDouble(Float::doubleValue)
                                        .toArray())
                                .orElse(null));
                }
            }
        }
        return all;
    }

    @Test
    void transform_paths_areReadByTheExecutors() throws Exception {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            paths.add(Files.write(folder.resolve("path ü " + i + ".png"), SmallModel.numbered(i))
                    .toUri()
                    .getPath());
        paths.add(folder.resolve("none.png").toString());
        paths.add(null);
        Dataset<Row> table = SPARK.createDataset(paths, Encoders.STRING()).toDF("path");
        List<Row> rows = GraftFeaturizer.open(model.toString())
                .setInputCol("path")
                .transform(table)
                .collectAsList();
        assertEquals(5, rows.size());
        for (int i = 0; i < 3; i++)
            assertNotNull(rows.get(i).getAs("features"), rows.get(i).toString());
        assertEquals(paths.get(3) + ": there is no such file", rows.get(3).getAs("reason"));
        assertEquals(
                "picture without a path: the column holds null; expected a picture",
                rows.get(4).getAs("reason"));
    }

    @Test
    void transform_badPictures_areSkippedOrEndTheJob() throws Exception {
        Dataset<Row> table = Pictures.table(SPARK, Pictures.rows(5, 5), 1);
        GraftFeaturizer featurizer = GraftFeaturizer.open(model.toString()).setHandleInvalid("skip");
        assertEquals(5, featurizer.transform(table).count());
        featurizer.setHandleInvalid("error");
        SparkException e = assertThrows(
                SparkException.class, () -> featurizer.transform(table).collect());
        assertTrue(e.getMessage().contains("handleInvalid is error"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> featurizer.setHandleInvalid("drop"));
    }

    @Test
    void transform_wrongColumns_areNamed() throws Exception {
        Dataset<Row> table = Pictures.table(SPARK, Pictures.rows(1, 0), 1);
        GraftFeaturizer featurizer = GraftFeaturizer.open(model.toString());
        assertRefused(
                "there is no column 'none'",
                () -> featurizer.setInputCol("none").transform(table));
        assertRefused("'id' is of type int", () -> featurizer.setInputCol("id").transform(table));
        featurizer.setInputCol("content").setOutputCol("label");
        assertRefused("a column 'label' already", () -> featurizer.transform(table));
        assertRefused("a column 'label' already", () -> featurizer.transformSchema(table.schema()));
        assertThrows(IllegalStateException.class, () -> new GraftFeaturizer("bare").transform(table));
    }

    private static void assertRefused(String part, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void pipeline_savedMovedAndLoadedWithoutTheModel_givesTheSameFeatures() throws Exception {
        Path original = Files.copy(model, folder.resolve("original.pt"));
        Dataset<Row> table = Pictures.table(SPARK, Pictures.rows(3, 1), 1);
        GraftFeaturizer featurizer =
                GraftFeaturizer.open(original.toString()).setOutputCol("vector").setBatchSize(2);
        PipelineModel pipeline =
                new Pipeline().setStages(new PipelineStage[] {featurizer}).fit(table);
        List<Row> expected =
                pipeline.transform(table).select("id", "vector", "reason").collectAsList();
        pipeline.write().save(folder.resolve("saved").toString());
        Files.delete(original);
        Files.move(folder.resolve("saved"), folder.resolve("moved"));
        PipelineModel loaded = PipelineModel.load(folder.resolve("moved").toString());
        assertEquals(2, ((GraftFeaturizer) loaded.stages()[0]).getBatchSize());
        assertEquals(
                expected,
                loaded.transform(table).select("id", "vector", "reason").collectAsList());
    }
}
