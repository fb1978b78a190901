package dev.graft.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.head.HeadData;
import dev.graft.head.HeadFitter;
import dev.graft.head.LinearHead;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestCluster.class)
class ClassifierTest {
    private static final SparkSession SPARK = TestCluster.session();

    @TempDir
    static Path folder;

    private static String weights;
    private static Dataset<Row> table;

    @BeforeAll
    static void make() throws Exception {
        weights = SmallModel.save(folder).toString();
        table = Pictures.table(SPARK, Pictures.rows(24, 3), 2);
    }

    @Test
    void fit_oneHeadForAllFeatures_isTheHeadThatTheLibraryFits() throws Exception {
        GraftClassifier classifier = GraftClassifier.open(weights).setFolds(3).setSeed(7);
        GraftClassificationModel model = classifier.fit(table);
        assertEquals(List.of("blue", "red"), model.classes());
        FitSummary summary = model.summary().orElseThrow();
        assertEquals(24, summary.pictures());
        assertEquals(3, summary.unreadable());
        assertEquals(3, summary.reasons().size());
        assertEquals(1.0, summary.accuracy());

        Path exported = folder.resolve("exported.pt");
        model.export(exported);
        LinearHead expected = fittedByTheLibrary();
        try (Classifier there = Classifier.load(exported)) {
            assertArrayEquals(expected.weight(), values(there, "fc.weight"));
            assertArrayEquals(expected.bias(), values(there, "fc.bias"));
        }
        assertAnswersLike(exported, model);
    }

    private static LinearHead fittedByTheLibrary() throws IOException {
        List<Row> rows = GraftFeaturizer.open(weights)
                .setHandleInvalid("skip")
                .transform(table)
                .collectAsList();
        float[] all = new float[rows.size() * 512];
        int[] labels = new int[rows.size()];
        for (int i = 0; i < labels.length; i++) {
            Vector features = rows.get(i).getAs("features");
            for (int f = 0; f < 512; f++) all[i * 512 + f] = (float) features.apply(f);
            labels[i] = rows.get(i).getAs("label").equals("red") ? 1 : 0;
        }
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = new HeadData(Tensor.create(all, labels.length, 512), List.of(), labels, 2, true);
            return new HeadFitter(3, 7).fit(data).orElseThrow().head();
        }
    }

    private static float[] values(Classifier classifier, String name) {
        try (NativeScope scope = NativeScope.open()) {
            Tensor tensor = classifier.parameters().get(name);
            float[] values = new float[(int) tensor.numel()];
            new FloatPointer(tensor.data_ptr()).get(values);
            return values;
        }
    }

    /** The executors and a predictor give the same for each picture. */
    private static void assertAnswersLike(Path exported, GraftClassificationModel model) throws IOException {
        List<Row> rows = model.transform(table).collectAsList();
        assertEquals(27, rows.size());
        try (Predictor predictor =
                Predictor.open(exported, PredictorOptions.fast().withPrecision(Precision.FP32))) {
            for (Row row : rows) {
                if (row.getInt(0) >= 24) {
                    assertTrue(row.isNullAt(row.fieldIndex("class")) && row.getAs("reason") != null, row.toString());
                    continue;
                }
                Prediction own = predictor.predict(SmallModel.numbered(row.getInt(0)), "");
                assertEquals(own.label(), row.getAs("class"));
                assertEquals(own.probability(), row.<Double>getAs("probability"), 1e-5);
                Vector all = row.getAs("probabilities");
                for (int c = 0; c < 2; c++) assertEquals(own.probabilities().get(c), all.apply(c), 1e-5);
            }
        }
    }

    @Test
    void fit_inAPipeline_savedAndLoaded_givesTheSameClasses() throws Exception {
        GraftClassifier classifier = GraftClassifier.open(weights).setFolds(2).setReasonCol("why");
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {classifier});
        pipeline.write().save(folder.resolve("untrained").toString());
        PipelineModel trained =
                Pipeline.load(folder.resolve("untrained").toString()).fit(table);
        List<Row> expected = trained.transform(table).drop("content").collectAsList();
        trained.write().save(folder.resolve("trained").toString());
        PipelineModel loaded = PipelineModel.load(folder.resolve("trained").toString());
        assertEquals(expected, loaded.transform(table).drop("content").collectAsList());
        assertTrue(
                expected.get(0).schema().fieldNames().length == 6,
                expected.get(0).schema().toString());
        Files.delete(folder.resolve("trained/stages")
                .toFile()
                .listFiles()[0]
                .toPath()
                .resolve("model.pt"));
        Exception e = assertThrows(
                Exception.class,
                () -> PipelineModel.load(folder.resolve("trained").toString()));
        assertTrue(String.valueOf(e).contains("is not a whole stage of Graft"), String.valueOf(e));
    }

    @Test
    void withHead_ofMllib_exported_givesItsClasses() throws Exception {
        GraftFeaturizer featurizer = GraftFeaturizer.open(weights).setHandleInvalid("skip");
        Dataset<Row> features = featurizer.transform(table).cache();
        StringIndexerModel index = new StringIndexer()
                .setInputCol("label")
                .setOutputCol("index")
                .setStringOrderType("alphabetAsc")
                .fit(features);
        LogisticRegressionModel head = new LogisticRegression()
                .setLabelCol("index")
                .setFamily("multinomial")
                .setRegParam(0.01)
                .setMaxIter(5)
                .fit(index.transform(features));
        GraftClassificationModel model = GraftClassificationModel.withHead(
                featurizer, List.of(index.labelsArray()[0]), head.coefficientMatrix(), head.interceptVector());
        Path exported = folder.resolve("mllib.pt");
        model.export(exported);
        List<Row> own = head.transform(features).select("id", "prediction").collectAsList();
        assertEquals(24, own.size());
        try (Predictor predictor = Predictor.open(exported)) {
            for (Row row : own) {
                String expected = index.labelsArray()[0][(int) row.getDouble(1)];
                assertEquals(
                        expected,
                        predictor
                                .predict(SmallModel.numbered(row.getInt(0)), "")
                                .label());
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> GraftClassificationModel.withHead(
                        featurizer, List.of("a", "b", "c"), head.coefficientMatrix(), head.interceptVector()));
        features.unpersist();
    }

    @Test
    void fit_wrongLabels_areNamed() throws Exception {
        GraftClassifier classifier = GraftClassifier.open(weights);
        List<Row> rows = new ArrayList<>(Pictures.rows(2, 0));
        rows.add(RowFactory.create(2, SmallModel.numbered(2), null));
        assertRefused("the label of 1 pictures is null", classifier, Pictures.table(SPARK, rows, 1));
        assertRefused("at least two classes", classifier, Pictures.table(SPARK, Pictures.rows(1, 2), 1));
        assertRefused("no column 'none' (labelCol)", classifier.setLabelCol("none"), table);
        IOException e = assertThrows(
                IOException.class,
                () -> GraftClassifier.open(
                        Files.writeString(folder.resolve("text.pt"), "x").toString()));
        assertTrue(e.getMessage().contains("text.pt"), e.getMessage());
    }

    private static void assertRefused(String part, GraftClassifier classifier, Dataset<Row> pictures) {
        String message = assertThrows(IllegalArgumentException.class, () -> classifier.fit(pictures))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
