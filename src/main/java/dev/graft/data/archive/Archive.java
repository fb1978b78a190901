package dev.graft.data.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * An archive that can be unpacked into a folder: a zip, a tar, or a gzipped tar. The kind is detected from the first
 * bytes.
 */
public enum Archive {
    /** A zip; its directory is at the end. */
    ZIP {
        @Override
        void unpack(Path archive, Path folder, Target target) throws IOException {
            ZipArchive.unpack(archive, folder, target);
        }
    },
    /** A tar: the files follow each other. */
    TAR {
        @Override
        void unpack(Path archive, Path folder, Target target) throws IOException {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), BUFFER)) {
                TarArchive.unpack(in, target);
            }
        }
    },
    /** A tar that is compressed as a whole with gzip. */
    TAR_GZ {
        @Override
        void unpack(Path archive, Path folder, Target target) throws IOException {
            try (InputStream file = Files.newInputStream(archive)) {
                TarArchive.unpack(new BufferedInputStream(decompressed(file), BUFFER), target);
            }
        }
    };

    private static final int BUFFER = 1 << 16;
    private static final int BEGINNING = 264;
    private static final Map<String, String> NOT_READ = Map.of(
            "425a68", "bzip2",
            "fd377a585a00", "xz",
            "377abcaf271c", "7z",
            "526172211a07", "RAR",
            "28b52ffd", "Zstandard");

    /**
     * Detects the kind of a file; empty if it is not an archive.
     *
     * @throws ArchiveException for a known kind that is not supported
     */
    public static Optional<Archive> recognise(Path file) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(BEGINNING);
        }
        String hex = HexFormat.of().formatHex(first);
        for (Map.Entry<String, String> kind : NOT_READ.entrySet())
            if (hex.startsWith(kind.getKey()))
                throw new ArchiveException("it is " + kind.getValue() + " (expected .zip, .tar, .tar.gz or .tgz)");
        if (hex.startsWith("504b0304") || hex.startsWith("504b0506")) return Optional.of(ZIP);
        if (hex.startsWith("1f8b")) return Optional.of(TAR_GZ);
        boolean tar = first.length >= BEGINNING
                && new String(Arrays.copyOfRange(first, 257, 262), StandardCharsets.ISO_8859_1).equals("ustar");
        return tar ? Optional.of(TAR) : Optional.empty();
    }

    /**
     * Unpacks the archive.
     *
     * @param folder empty; if the archive is refused, it contains what was unpacked before
     * @return the number of files in the folder
     * @throws ArchiveException if the archive is damaged or contains something that is not allowed: links, paths that
     *     lead out of the folder, more data than the limits, or two files with the same name
     */
    public int unpack(Path archive, Path folder) throws IOException {
        return unpack(archive, folder, Limits.STANDARD);
    }

    int unpack(Path archive, Path folder, Limits limits) throws IOException {
        Target target = new Target(folder.toAbsolutePath().normalize(), limits, Files.size(archive));
        unpack(archive, folder, target);
        return target.files();
    }

    abstract void unpack(Path archive, Path folder, Target target) throws IOException;

    private static InputStream decompressed(InputStream file) throws IOException {
        try {
            return new GZIPInputStream(file, BUFFER);
        } catch (IOException e) {
            throw new ArchiveException("it is damaged or cut short (" + e.getMessage() + ")", e);
        }
    }
}
