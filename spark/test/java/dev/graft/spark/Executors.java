package dev.graft.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Asks the executors of a session. */
final class Executors {
    private Executors() {}

    /** How many models each executor has loaded so far, by its id, from 0; one that replaces a dead one has the next id. */
    static Map<String, Integer> loads(SparkSession session) {
        Map<String, Integer> all = new TreeMap<>();
        MapPartitionsFunction<Long, String> ask = rows -> {
            Thread.sleep(200); // so that the other executor gets a task
            return List.of(SparkEnv.get().executorId() + " " + ExecutorModels.loads())
                    .iterator();
        };
        session.range(0, 4, 1, 4)
                .mapPartitions(ask, Encoders.STRING())
                .collectAsList()
                .forEach(line -> all.put(line.split(" ")[0], Integer.valueOf(line.split(" ")[1])));
        return all;
    }

    /** The most memory that an executor has had resident, in MB; Linux only. */
    static long peakMegabytes(SparkSession session) {
        MapPartitionsFunction<Long, Long> ask = rows -> {
            Thread.sleep(200); // so that the other executor gets a task
            for (String line : Files.readAllLines(Path.of("/proc/self/status")))
                if (line.startsWith("VmHWM:"))
                    return List.of(Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                            .iterator();
            return List.<Long>of().iterator();
        };
        return session.range(0, 4, 1, 4).mapPartitions(ask, Encoders.LONG()).collectAsList().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(-1);
    }

    /** The same rows; the executor that comes to the row of this id dies, once. */
    static Dataset<Row> dyingAt(Dataset<Row> rows, int id, Path died) {
        String marker = died.toString();
        MapFunction<Row, Row> die = row -> {
            if (row.getInt(0) == id && Path.of(marker).toFile().createNewFile())
                Runtime.getRuntime().halt(137);
            return row;
        };
        return rows.map(die, Encoders.row(rows.schema()));
    }
}
