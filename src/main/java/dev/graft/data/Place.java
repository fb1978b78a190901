package dev.graft.data;

import dev.graft.data.archive.Archive;
import dev.graft.data.archive.ArchiveException;
import dev.graft.files.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the pictures are: the given folder, or the folder into which an archive was unpacked.
 *
 * @param given by the user
 * @param folder with the pictures
 * @param unpacked the temporary folder of an archive, which must be closed
 * @param taken what was done, in words for the user
 */
record Place(Path given, Path folder, Optional<TemporaryFolder> unpacked, List<String> taken) implements AutoCloseable {
    static Place of(Path given) throws IOException {
        if (Files.isDirectory(given)) return new Place(given, given, Optional.empty(), List.of());
        if (Files.isRegularFile(given)) return unpacked(given);
        if (Files.exists(given)) throw noData(given);
        String advice = Names.isDecoded(given.toAbsolutePath()) ? "" : "; " + Names.encodingAdvice();
        throw new DatasetException(
                "no folder " + given + " (looked for it at " + given.toAbsolutePath() + advice + ")");
    }

    private static Place unpacked(Path given) throws IOException {
        TemporaryFolder folder = null;
        boolean whole = false;
        try {
            Archive kind = Archive.recognise(given).orElseThrow(() -> noData(given));
            folder = TemporaryFolder.create();
            int files = kind.unpack(given, folder.path());
            String taken = given.getFileName() + ": unpacked for this run, files: " + files;
            whole = true;
            return new Place(given, folder.path(), Optional.of(folder), List.of(taken));
        } catch (ArchiveException e) {
            throw new DatasetException(
                    "archive " + given + ": " + e.getMessage()
                            + "; if you trust it, unpack it yourself and give the folder",
                    e);
        } catch (DatasetException e) {
            throw e;
        } catch (IOException e) {
            throw new DatasetException(
                    "archive " + given + ": " + e.getMessage()
                            + "; -Djava.io.tmpdir=FOLDER unpacks elsewhere, or unpack it yourself and give the folder",
                    e);
        } finally {
            if (!whole && folder != null) folder.close();
        }
    }

    private static DatasetException noData(Path given) {
        return new DatasetException(
                given + " is a file (expected a folder with a sub-folder for each class, or a .zip, .tar,"
                        + " .tar.gz or .tgz of one, or a .csv or .tsv that names files and labels)");
    }

    /** The table as it was given; if it does not exist there, the path relative to the folder. */
    Path table(Path table) {
        return Files.exists(table) ? table : folder.resolve(table);
    }

    /**
     * The folder to which the paths in a table are relative: the given folder, or, for a table inside an archive, the
     * folder that contains it.
     */
    Path base(Path table) {
        boolean within = isArchive() && table.startsWith(folder);
        return within ? table.getParent() : folder;
    }

    boolean isArchive() {
        return unpacked.isPresent();
    }

    /** Rewrites an error about the unpacked folder so that it names the archive. */
    DatasetException told(DatasetException e) {
        return isArchive()
                ? new DatasetException(
                        e.getMessage().replace("dataset: ", "").replace(folder.toString(), given.toString()), e)
                : e;
    }

    /** The same place, which does not remove what was unpacked. */
    Place borrowed() {
        return new Place(given, folder, Optional.empty(), taken);
    }

    @Override
    public void close() {
        unpacked.ifPresent(TemporaryFolder::close);
    }
}
