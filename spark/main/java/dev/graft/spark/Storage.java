package dev.graft.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Reads and writes files where Hadoop's file systems have them. */
final class Storage {
    private Storage() {}

    /** The settings of the running application, or Hadoop's own without one. */
    static Configuration configuration() {
        return SparkSession.getDefaultSession().isDefined()
                ? SparkSession.getDefaultSession().get().sparkContext().hadoopConfiguration()
                : new Configuration();
    }

    /** Settings in a form that can travel: Hadoop's own class cannot. */
    static byte[] packed(SparkContext context) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            context.hadoopConfiguration().write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Configuration unpacked(byte[] packed) {
        Configuration configuration = new Configuration(false);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(packed))) {
            configuration.readFields(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return configuration;
    }

    static byte[] read(Path file, Configuration configuration) throws IOException {
        FileSystem system = file.getFileSystem(configuration);
        try (InputStream in = system.open(file)) {
            return in.readAllBytes();
        }
    }

    static void write(Path file, byte[] bytes, Configuration configuration) throws IOException {
        FileSystem system = file.getFileSystem(configuration);
        try (OutputStream out = system.create(file, false)) {
            out.write(bytes);
        }
    }

    /** Work with a file in the local file system. */
    interface Local<T> {
        T apply(java.nio.file.Path file) throws IOException;
    }

    /** Runs work with a file, which is copied first if it is somewhere else. */
    static <T> T locally(String name, Local<T> work) throws IOException {
        Path file = new Path(name);
        Configuration configuration = configuration();
        FileSystem system = file.getFileSystem(configuration);
        if (system.getUri().getScheme().equals("file"))
            return work.apply(java.nio.file.Path.of(system.makeQualified(file).toUri()));
        try (TemporaryFile copy = TemporaryFile.with(read(file, configuration))) {
            return work.apply(copy.path());
        }
    }
}
