package dev.graft.spark;

import dev.graft.torch.NativeScope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The features and labels of all pictures, on the driver.
 *
 * @param features float32 [pictures, features], owned by the scope that was open
 * @param labels the index of each picture's class
 * @param classes sorted by code points, as a folder's classes are
 * @param unreadable how many pictures were left out
 * @param reasons of some of them
 */
record LabelledFeatures(Tensor features, int[] labels, List<String> classes, long unreadable, List<String> reasons) {
    private static final int MOST_REASONS = 20;
    private static final String LABEL = "label";
    private static final String VECTOR = "features";
    private static final String REASON = "reason";

    /**
     * Computes and collects them. The executors keep them meanwhile, in memory and on disk.
     *
     * @param rows columns {@code label} (text), {@code features} and {@code reason}
     * @param width the number of features
     * @throws IllegalArgumentException when a picture has no label, or there are less than two classes
     */
    static LabelledFeatures collect(Dataset<Row> rows, int width) {
        Dataset<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            TreeMap<String, Long> counts = new TreeMap<>(LabelledFeatures::byCodePoints);
            long unreadable = count(kept, counts);
            List<String> classes = List.copyOf(counts.keySet());
            if (classes.size() < 2)
                throw new IllegalArgumentException("spark: a head needs readable pictures of at least two classes,"
                        + " the column of labels has " + counts);
            long pictures = counts.values().stream().mapToLong(Long::longValue).sum();
            List<String> reasons = unreadable == 0
                    ? List.of()
                    : kept
                            .filter(functions.col(REASON).isNotNull())
                            .select(REASON)
                            .limit(MOST_REASONS)
                            .collectAsList()
                            .stream()
                            .map(row -> row.getString(0))
                            .toList();
            int[] labels = new int[Math.toIntExact(pictures)];
            Tensor features = torch.empty(pictures, width);
            fill(kept, features, labels, classes);
            return new LabelledFeatures(features, labels, classes, unreadable, reasons);
        } finally {
            kept.unpersist();
        }
    }

    /** Counts the pictures of each class; returns how many cannot be read. */
    private static long count(Dataset<Row> rows, Map<String, Long> counts) {
        long unreadable = 0;
        long without = 0;
        List<Row> groups = rows.groupBy(
                        functions.col(LABEL), functions.col(REASON).isNotNull().as("bad"))
                .count()
                .collectAsList();
        for (Row group : groups) {
            if (group.isNullAt(0)) without += group.getLong(2);
            else if (group.getBoolean(1)) unreadable += group.getLong(2);
            else counts.merge(group.getString(0), group.getLong(2), Long::sum);
        }
        if (without > 0)
            throw new IllegalArgumentException(
                    "spark: the label of " + without + " pictures is null; leave these rows out, or give them one");
        return unreadable;
    }

    private static void fill(Dataset<Row> rows, Tensor features, int[] labels, List<String> classes) {
        Map<String, Integer> index = new TreeMap<>();
        IntStream.range(0, classes.size()).forEach(c -> index.put(classes.get(c), c));
        Iterator<Row> readable = rows.filter(functions.col(REASON).isNull())
                .select(LABEL, VECTOR)
                .toLocalIterator();
        int width = Math.toIntExact(features.size(1));
        float[] row = new float[width];
        try (FloatPointer memory = NativeScope.own(new FloatPointer(features.data_ptr()))) {
            for (int i = 0; readable.hasNext(); i++) {
                Row one = readable.next();
                labels[i] = index.get(one.getString(0));
                double[] values = ((Vector) one.get(1)).toArray();
                for (int f = 0; f < width; f++) row[f] = (float) values[f];
                memory.position((long) i * width).put(row);
            }
        }
    }

    /** UTF-8 has the order of code points. */
    private static int byCodePoints(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
