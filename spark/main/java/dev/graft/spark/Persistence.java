package dev.graft.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** Saves stages: Spark's own metadata, and the archive beside it. So a saved stage needs no other file. */
final class Persistence {
    /** The name of the archive in a stage's folder. */
    private static final String ARCHIVE = "model.pt";

    private Persistence() {}

    static MLWriter writer(Params stage, ModelArchive archive) {
        return new Writer(stage, archive);
    }

    /** @param with puts an archive into a stage that has its parameters already */
    static <T> MLReader<T> reader(BiFunction<T, ModelArchive, T> with) {
        return new Reader<>(with);
    }

    private static final class Writer extends MLWriter {
        private final Params stage;
        private final ModelArchive archive;

        Writer(Params stage, ModelArchive archive) {
            this.stage = stage;
            this.archive = archive;
        }

        @Override
        public void saveImpl(String path) {
            try { // first: a folder with metadata is taken for whole
                Storage.write(new Path(path, ARCHIVE), archive.bytes(), sc().hadoopConfiguration());
            } catch (IOException e) {
                throw new UncheckedIOException("spark: " + path + " could not be written: " + e.getMessage(), e);
            }
            new DefaultParamsWriter(stage).session(sparkSession()).saveImpl(path);
        }
    }

    private static final class Reader<T> extends MLReader<T> {
        private final BiFunction<T, ModelArchive, T> with;

        Reader(BiFunction<T, ModelArchive, T> with) {
            this.with = with;
        }

        @Override
        public T load(String path) {
            T stage = new DefaultParamsReader<T>().session(sparkSession()).load(path);
            try {
                byte[] bytes = Storage.read(new Path(path, ARCHIVE), sc().hadoopConfiguration());
                return with.apply(stage, ModelArchive.ofModel(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "spark: " + path + " is not a whole stage of Graft: " + e.getMessage(), e);
            }
        }
    }
}
