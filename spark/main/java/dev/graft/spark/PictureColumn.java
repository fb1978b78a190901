package dev.graft.spark;

import dev.graft.predict.PictureInput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.Row;

/** Reads the pictures of a column in an executor. Used by one thread. */
final class PictureColumn implements Serializable {
    private static final long serialVersionUID = 1;

    private final int index;
    private final int nameIndex; // of a column with the picture's path, -1 without
    private final boolean paths;
    private final byte[] settings; // of Hadoop, for paths only
    private transient Configuration configuration;

    /**
     * Prepares to read.
     *
     * @param index of the column
     * @param nameIndex of a column whose text names the picture in messages; -1 if there is none
     * @param settings of Hadoop if the column holds paths, else null
     */
    PictureColumn(int index, int nameIndex, byte[] settings) {
        this.index = index;
        this.nameIndex = nameIndex;
        this.paths = settings != null;
        this.settings = settings;
    }

    /** What messages call the picture of a row. */
    String name(Row row) {
        if (paths) return row.isNullAt(index) ? "picture without a path" : row.getString(index);
        return nameIndex < 0 || row.isNullAt(nameIndex) ? "picture in memory" : row.getString(nameIndex);
    }

    /**
     * The picture of a row.
     *
     * @throws IOException when there is none, its file is missing, too large, or not to be read by this user
     * @throws UncheckedIOException when the storage failed: Spark tries the task again
     */
    PictureInput read(Row row) throws IOException {
        String name = name(row);
        if (row.isNullAt(index)) throw new IOException(name + ": the column holds null; expected a picture");
        return paths ? file(name) : PictureInput.of((byte[]) row.get(index), name);
    }

    private PictureInput file(String name) throws IOException {
        Path path;
        try {
            path = new Path(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("'" + name + "': is not a path: " + e.getMessage(), e);
        }
        if (configuration == null) configuration = Storage.unpacked(settings);
        try (InputStream in = path.getFileSystem(configuration).open(path)) {
            return PictureInput.of(in, name);
        } catch (FileNotFoundException e) {
            throw new IOException(name + ": there is no such file", e);
        } catch (AccessControlException e) {
            throw new IOException(name + ": this user may not read it", e);
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().startsWith(name + ": ")) throw e; // it is too large
            throw new UncheckedIOException(name + ": the storage failed: " + e.getMessage(), e);
        }
    }
}
