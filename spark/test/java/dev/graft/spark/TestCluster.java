package dev.graft.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two executors of one core on this machine, each a JVM of its own, for all tests of this JVM. As an extension it starts them before the
 * first test and stops them after the last.
 */
final class TestCluster implements BeforeAllCallback {
    private static SparkSession session; // guarded by the class

    static synchronized SparkSession session() {
        if (session == null) session = start("local-cluster[2,1,2048]");
        return session;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).computeIfAbsent(TestCluster.class, key ->
                (AutoCloseable) session()::stop);
    }

    /** Starts a session on loopback only. */
    static SparkSession start(String master) {
        return start(master, 1, "");
    }

    /** The same with executors of so many cores and further flags of their JVMs. */
    static SparkSession start(String master, int cores, String flags) {
        try {
            // what Spark's workers look for, where Spark is not installed
            Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        SparkSession.Builder builder = SparkSession.builder()
                .master(master)
                .appName("graft")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.executor.cores", String.valueOf(cores))
                .config("spark.executor.extraClassPath", classPath)
                .config("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 " + flags)
                .config("spark.executorEnv.SPARK_SCALA_VERSION", scala())
                .config("spark.executorEnv.OMP_WAIT_POLICY", "passive")
                .config(
                        "spark.sql.warehouse.dir",
                        Path.of("target/warehouse").toUri().toString());
        return builder.getOrCreate();
    }

    /** The first two numbers of Scala's version. */
    static String scala() {
        String version = scala.util.Properties.versionNumberString();
        return version.substring(0, version.lastIndexOf('.'));
    }
}
