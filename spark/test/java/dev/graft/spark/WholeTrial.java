package dev.graft.spark;

import dev.graft.files.Digests;
import dev.graft.model.Precision;
import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.PredictionStream;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The whole acceptance of the module with a real network at 224 x 224, on any version of Spark: tools/scale-spark.sh runs it. Prints a row of a
 * table for each check, and ends with 1 at the first that fails.
 */
final class WholeTrial {
    private static final int GOOD = 200;
    private static final int BAD = 5;
    private static final int MANY = 1024;

    private WholeTrial() {}

    /** Arguments: the step, the file of the weights, a folder. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        Files.createDirectories(folder);
        if (args[0].equals("rate-one")) {
            rate(null, args[1], folder);
            return;
        }
        boolean several = args[0].equals("several");
        String master = several ? "local-cluster[1,2,3072]" : "local-cluster[2,1,2048]";
        String flags = args[0].equals("cold") ? "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("natives") : "";
        try (SparkSession session =
                TestCluster.start(args[0].equals("load") ? "local[1]" : master, several ? 2 : 1, flags)) {
            switch (args[0]) {
                case "cluster" -> cluster(session, args[1], folder);
                case "cold" -> cold(session, args[1], folder);
                case "several" -> several(session, args[1], folder);
                case "rate-spark" -> rate(session, args[1], folder);
                case "load" -> load(session, folder);
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void cluster(SparkSession session, String weights, Path folder) throws Exception {
        Dataset<Row> table = Pictures.table(session, Pictures.rows(GOOD, BAD), 6);
        GraftFeaturizer featurizer = GraftFeaturizer.open(weights);
        List<Row> rows = featurizer.transform(table).collectAsList();
        check("S1 rows", rows.size() == GOOD + BAD, rows.size());
        long reasons = rows.stream().filter(row -> row.getAs("reason") != null).count();
        check("S1 reasons", reasons == BAD, reasons);
        String digest = digest(features(rows));
        Files.writeString(folder.resolve("features.sha256"), digest);
        String local = digest(local(featurizer, table));
        check(
                "S1 features against the library alone",
                digest.equals(local),
                digest.equals(local) ? "same bits" : "other bits");
        Map<String, Integer> loads = Executors.loads(session);
        check(
                "S1 loads by executor",
                loads.size() == 2 && loads.values().stream().allMatch(n -> n == 1),
                loads.values());
        check(
                "S7 largest resident memory of an executor, MB",
                Executors.peakMegabytes(session) <= 1200,
                Executors.peakMegabytes(session));

        Path died = folder.resolve("died");
        Files.deleteIfExists(died);
        List<Row> after =
                featurizer.transform(Executors.dyingAt(table, 150, died)).collectAsList();
        check("S2 rows after an executor died", after.size() == GOOD + BAD && Files.exists(died), after.size());
        check(
                "S2 features after that",
                digest(features(after)).equals(digest),
                digest(features(after)).equals(digest) ? "same bits" : "other bits");

        save(session, weights, table, folder);
        stream(session, folder);
        mllib(featurizer, table, folder);
    }

    /** S3: another JVM loads what is moved. */
    private static void save(SparkSession session, String weights, Dataset<Row> table, Path folder) throws Exception {
        Path own = Files.copy(Path.of(weights), folder.resolve("weights-" + System.nanoTime()));
        GraftClassifier classifier = GraftClassifier.open(own.toString());
        Files.delete(own);
        PipelineModel trained =
                new Pipeline().setStages(new PipelineStage[] {classifier}).fit(table);
        Path saved = folder.resolve("saved");
        trained.write().overwrite().save(saved.toString());
        table.write().mode("overwrite").parquet(folder.resolve("table").toString());
        Files.writeString(folder.resolve("answers"), answers(trained, session, folder));
        ((GraftClassificationModel) trained.stages()[0]).export(folder.resolve("fitted.pt"));
        Files.move(saved, folder.resolve("moved"));
    }

    private static String answers(PipelineModel model, SparkSession session, Path folder) {
        StringBuilder text = new StringBuilder();
        Dataset<Row> table = session.read()
                .parquet(folder.resolve("table").toString())
                .coalesce(1)
                .sort("id");
        for (Row row : model.transform(table).select("id", "class", "reason").collectAsList())
            text.append(row).append('\n');
        return text.toString();
    }

    private static void load(SparkSession session, Path folder) throws IOException {
        PipelineModel loaded = PipelineModel.load(folder.resolve("moved").toString());
        String answers = answers(loaded, session, folder);
        boolean same = Files.readString(folder.resolve("answers")).equals(answers);
        check(
                "S3 saved, moved, loaded in another JVM",
                same,
                answers.lines().count() + " answers, " + (same ? "equal" : "other"));
    }

    private static void stream(SparkSession session, Path folder) throws Exception {
        Path files = Files.createDirectories(folder.resolve("stream"));
        for (int i = 0; i < 4; i++) Files.write(files.resolve(i + ".png"), SmallModel.numbered(i));
        GraftClassificationModel.open(folder.resolve("fitted.pt").toString())
                .transform(session.readStream()
                        .format("binaryFile")
                        .schema(session.read()
                                .format("binaryFile")
                                .load(files.toString())
                                .schema())
                        .option("maxFilesPerTrigger", "1")
                        .load(files.toString()))
                .select("path", "class")
                .writeStream()
                .format("memory")
                .queryName("stream")
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
        List<Row> rows = session.table("stream").collectAsList();
        boolean right = rows.stream().allMatch(row -> SmallModel.colour(
                        Integer.parseInt(row.getString(0).replaceAll(".*/(.)\\.png", "$1")))
                .equals(row.getString(1)));
        check("S4 stream of 4 files, one at a time", rows.size() == 4 && right, rows.size() + " classes");
    }

    /** S6: the classes of MLlib's head; the script compares those of graft predict and of Python. */
    private static void mllib(GraftFeaturizer featurizer, Dataset<Row> table, Path folder) throws Exception {
        Dataset<Row> features = featurizer
                .copy(featurizer.extractParamMap())
                .setHandleInvalid("skip")
                .transform(table)
                .cache();
        StringIndexerModel index = new StringIndexer()
                .setInputCol("label")
                .setOutputCol("index")
                .setStringOrderType("alphabetAsc")
                .fit(features);
        String[] classes = index.labelsArray()[0];
        LogisticRegressionModel head = new LogisticRegression()
                .setLabelCol("index")
                .setFamily("multinomial")
                .setRegParam(0.01)
                .fit(index.transform(features));
        GraftClassificationModel.withHead(
                        featurizer, List.of(classes), head.coefficientMatrix(), head.interceptVector())
                .export(folder.resolve("mllib.pt"));
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        StringBuilder expected = new StringBuilder();
        for (Row row :
                head.transform(features).select("id", "prediction").sort("id").collectAsList()) {
            String name = String.format("%03d.png", row.getInt(0));
            Files.write(pictures.resolve(name), SmallModel.numbered(row.getInt(0)));
            expected.append(name)
                    .append(' ')
                    .append(classes[(int) row.getDouble(1)])
                    .append('\n');
        }
        Files.writeString(folder.resolve("mllib.txt"), expected);
        check(
                "S6 classes of MLlib's head",
                expected.toString().lines().count() == GOOD,
                expected.toString().lines().count());
    }

    /** Two executors that start together, without unpacked libraries. */
    private static void cold(SparkSession session, String weights, Path folder) throws Exception {
        Dataset<Row> table = Pictures.table(session, Pictures.rows(40, 0), 4);
        long rows = GraftFeaturizer.open(weights)
                .transform(table)
                .filter("features is not null")
                .count();
        Map<String, Integer> loads = Executors.loads(session);
        check(
                "two executors on a cold cache of libraries: rows, loads, none died",
                rows == 40 && loads.keySet().equals(Set.of("0", "1")) && Files.exists(folder.resolve("natives")),
                rows + ", " + loads.values());
    }

    private static void several(SparkSession session, String weights, Path folder) throws Exception {
        GraftFeaturizer featurizer = GraftFeaturizer.open(weights).setThreads(1);
        List<Row> rows = featurizer
                .transform(Pictures.table(session, Pictures.rows(GOOD, BAD), 6))
                .collectAsList();
        Map<String, Integer> loads = Executors.loads(session);
        check(
                "two tasks at once in one executor: loads",
                loads.size() == 1 && loads.values().iterator().next() == 1,
                loads.values());
        boolean same = digest(features(rows)).equals(Files.readString(folder.resolve("features.sha256")));
        check("two tasks at once in one executor: features", same, same ? "same bits" : "other bits");
    }

    /** What the library alone gives for the same batches. */
    private static List<double[]> local(GraftFeaturizer featurizer, Dataset<Row> table) throws IOException {
        Threads.set(1);
        PredictorOptions options = PredictorOptions.fast()
                .withPrecision(Precision.FP32)
                .withBatch(8)
                .withFeatures();
        List<double[]> all = new ArrayList<>();
        try (TemporaryFile file = TemporaryFile.with(featurizer.archive().bytes());
                Predictor predictor = Predictor.open(file.path(), options)) {
            for (List<Row> partition : table.toJavaRDD().glom().collect()) {
                for (int from = 0; from < partition.size(); from += 8) {
                    List<PictureInput> batch = partition.subList(from, Math.min(from + 8, partition.size())).stream()
                            .filter(row -> !row.isNullAt(1))
                            .map(row -> PictureInput.of((byte[]) row.get(1), ""))
                            .toList();
                    for (Optional<Prediction> one : predictor.predictEach(batch, (why, i) -> {}))
                        one.ifPresent(p -> all.add(p.features().stream()
                                .mapToDouble(Float::doubleValue)
                                .toArray()));
                }
            }
        }
        return all;
    }

    /** The SHA-256 of all features. */
    private static String digest(List<double[]> features) {
        MessageDigest digest = Digests.sha256();
        for (double[] row : features) {
            ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * row.length);
            Arrays.stream(row).forEach(bytes::putDouble);
            digest.update(bytes.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<double[]> features(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.getAs("features") != null)
                .map(row -> row.<Vector>getAs("features").toArray())
                .toList();
    }

    /** How many pictures a second two executors of one thread, or this process with two threads, turn into features. */
    private static void rate(SparkSession session, String weights, Path folder) throws Exception {
        List<String> paths = new ArrayList<>();
        Files.createDirectories(folder.resolve("many"));
        for (int i = 0; i < MANY; i++) {
            Path file = folder.resolve("many").resolve(i + ".jpg");
            if (!Files.exists(file))
                Files.write(file, SmallModel.picture("jpg", 500, 375, new java.awt.Color(i % 255, 80, 90)));
            paths.add(file.toString());
        }
        GraftFeaturizer featurizer =
                GraftFeaturizer.open(weights).setInputCol("value").setBatchSize(32);
        if (session != null) {
            Dataset<Row> table = session.createDataset(paths, Encoders.STRING())
                    .repartition(4)
                    .toDF()
                    .cache();
            featurizer.transform(table).count();
            long start = System.nanoTime();
            featurizer.transform(table).filter("features is not null").count();
            System.out.println(MANY * 1e9 / (System.nanoTime() - start));
            return;
        }
        Threads.set(2);
        PredictorOptions options = PredictorOptions.fast()
                .withPrecision(Precision.FP32)
                .withBatch(32)
                .withFeatures();
        List<Path> files = paths.stream().map(Path::of).toList();
        try (TemporaryFile file = TemporaryFile.with(featurizer.archive().bytes());
                Predictor predictor = Predictor.open(file.path(), options)) {
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                try (PredictionStream answers = predictor.stream(files.iterator())) {
                    while (answers.hasNext()) answers.next();
                }
                if (i == 1) System.out.println(MANY * 1e9 / (System.nanoTime() - start));
            }
        }
    }

    private static void check(String what, boolean right, Object seen) {
        System.out.println("| " + what + " | " + seen + " | " + (right ? "yes" : "**no**") + " |");
        if (!right) System.exit(1);
    }
}
