package dev.graft.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables of pictures. */
final class Pictures {
    static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.IntegerType)
            .add("content", DataTypes.BinaryType)
            .add("label", DataTypes.StringType);

    private Pictures() {}

    /** Numbered pictures, the last of which cannot be read. */
    static List<Row> rows(int good, int bad) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < good; i++) rows.add(RowFactory.create(i, SmallModel.numbered(i), SmallModel.colour(i)));
        for (int i = 0; i < bad; i++) rows.add(RowFactory.create(good + i, bad(i), SmallModel.colour(i)));
        return rows;
    }

    /** What cannot be read: null, nothing, a text, and the beginnings of pictures. */
    private static byte[] bad(int i) {
        if (i == 0) return null;
        if (i == 1) return new byte[0];
        if (i == 2) return "no picture".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] whole = SmallModel.numbered(i);
        return java.util.Arrays.copyOf(whole, 10 + i);
    }

    /** The rows in as many partitions, in order. */
    static Dataset<Row> table(SparkSession session, List<Row> rows, int partitions) {
        return session.createDataFrame(
                org.apache.spark.api.java.JavaSparkContext.fromSparkContext(session.sparkContext())
                        .parallelize(rows, partitions),
                SCHEMA);
    }
}
