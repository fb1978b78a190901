package dev.graft.examples.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;

import dev.graft.spark.FitSummary;
import dev.graft.spark.GraftClassificationModel;
import dev.graft.spark.GraftClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Trains a classifier on Spark with a folder that has a folder for each class, tries it, and exports it for everything else. */
public final class SparkFeatures {
    private SparkFeatures() {}

    /**
     * Runs the program.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) throws IOException {
        Options options;
        try {
            options = Options.of(args);
        } catch (IllegalArgumentException e) {
            System.err.println("sparkfeatures: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (options.help()) {
            System.out.println(Options.HELP);
            return;
        }
        Files.createDirectories(options.out());
        try (SparkSession spark = LocalCluster.session();
                Demonstration demonstration = Demonstration.of(options)) {
            run(spark, demonstration, options.out().resolve("model.pt"));
        }
    }

    private static void run(SparkSession spark, Demonstration pictures, Path exported) throws IOException {
        GraftClassifier classifier = GraftClassifier.open(pictures.weights());
        GraftClassificationModel model = classifier.fit(table(spark, pictures.train()));
        FitSummary summary = model.summary().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "trained with %d pictures of %s; %d cannot be read%n",
                summary.pictures(),
                model.classes(),
                summary.unreadable());
        summary.reasons().forEach(reason -> System.out.println("  " + reason));
        System.out.printf(Locale.ROOT, "cross-validated accuracy: %.2f%%%n", 100 * summary.accuracy());
        if (pictures.validation().isPresent()) {
            Dataset<Row> answers =
                    model.transform(table(spark, pictures.validation().get()));
            List<Row> right = answers.filter(col("class").isNotNull())
                    .groupBy(col("class").equalTo(col("label")).as("right"))
                    .count()
                    .collectAsList();
            long all = right.stream().mapToLong(row -> row.getLong(1)).sum();
            long good = right.stream()
                    .filter(row -> row.getBoolean(0))
                    .mapToLong(row -> row.getLong(1))
                    .sum();
            System.out.printf(Locale.ROOT, "%d of %d other pictures classified right%n", good, all);
        }
        model.export(exported);
        System.out.println("exported " + exported + "; try: ./graft predict " + exported + " PICTURE");
    }

    /** The pictures under a folder; the name of a picture's folder is its class. */
    private static Dataset<Row> table(SparkSession spark, String folder) {
        return spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", "true")
                .load(folder)
                .withColumn("label", element_at(split(col("path"), "/"), lit(-2)));
    }
}
