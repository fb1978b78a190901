package dev.graft.examples.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** A session of Spark: that of spark-submit, else a cluster of two executors on this machine that listens on loopback only. */
final class LocalCluster {
    private static final String MASTER = "spark.master";

    private LocalCluster() {}

    static SparkSession session() throws IOException {
        if (System.getProperty(MASTER) != null)
            return SparkSession.builder().appName("SparkFeatures").getOrCreate();
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars")); // its workers look for it
        return SparkSession.builder()
                .appName("SparkFeatures")
                .config(MASTER, "local-cluster[2,1,2048]")
                .config("spark.executor.cores", "1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.ui.enabled", "false")
                .config("spark.executor.extraClassPath", classPath())
                .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
                .getOrCreate();
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
