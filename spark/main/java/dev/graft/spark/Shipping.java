package dev.graft.spark;

import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Sends an archive to the executors of an application once, however often a stage transforms. Thread-safe. */
final class Shipping {
    private final ModelArchive archive;
    private SparkContext context;
    private Broadcast<byte[]> sent;

    Shipping(ModelArchive archive) {
        this.archive = Objects.requireNonNull(archive, "archive");
    }

    ModelArchive archive() {
        return archive;
    }

    synchronized ShippedModel to(SparkContext target, PictureStage<?> stage) {
        if (sent == null || context != target) {
            sent = JavaSparkContext.fromSparkContext(target).broadcast(archive.bytes());
            context = target;
        }
        return new ShippedModel(
                sent,
                archive.sha256(),
                stage.getPrecision(),
                stage.getBatchSize(),
                ShippedModel.threads(stage.getThreads(), target));
    }
}
