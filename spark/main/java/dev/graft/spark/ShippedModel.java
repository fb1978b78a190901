package dev.graft.spark;

import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A model on its way to the executors.
 *
 * @param archive sent to each executor once
 * @param sha256 of the archive
 * @param precision as {@link PictureStage#setPrecision} takes it
 * @param batch how many pictures are computed together
 * @param threads how many threads compute in an executor; 0 leaves the setting
 */
record ShippedModel(Broadcast<byte[]> archive, String sha256, String precision, int batch, int threads)
        implements Serializable {
    /** Begins to use it in this JVM. */
    ExecutorModels.Lease use() throws IOException {
        return ExecutorModels.use(new ExecutorModels.Key(sha256, precision, batch), archive::value, threads);
    }

    /**
     * How many threads compute in an executor, see {@link PictureStage#setThreads}.
     *
     * @param asked 0 for what the application's settings say
     */
    static int threads(int asked, SparkContext context) {
        if (asked > 0) return asked;
        SparkConf conf = context.getConf();
        if (conf.contains("spark.executor.cores")) return Integer.parseInt(conf.get("spark.executor.cores"));
        return context.isLocal() ? 0 : Integer.parseInt(conf.get("spark.task.cpus", "1"));
    }
}
