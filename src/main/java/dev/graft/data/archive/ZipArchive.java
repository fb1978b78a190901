package dev.graft.data.archive;

import dev.graft.files.FileFault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks a zip by its directory: entries that are not in the directory are ignored. */
final class ZipArchive {
    private ZipArchive() {}

    static void unpack(Path zip, Path folder, Target target) throws IOException {
        try (ZipFile file = open(zip)) {
            ZipLinks.refuse(zip);
            requireRoom(file, folder);
            for (Enumeration<? extends ZipEntry> all = file.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                if (entry.isDirectory() || entry.getName().endsWith("\\")) target.folder(entry.getName());
                else unpack(file, entry, target);
            }
        }
    }

    private static ZipFile open(Path zip) throws IOException {
        try {
            return new ZipFile(zip.toFile());
        } catch (EOFException e) {
            throw new ArchiveException("its directory is damaged", e);
        } catch (ZipException e) {
            String why = FileFault.words(e);
            throw new ArchiveException(
                    "it is a zip that cannot be read: " + (why.contains("encrypted") ? "it is encrypted" : why), e);
        }
    }

    private static void unpack(ZipFile file, ZipEntry entry, Target target) throws IOException {
        CRC32 sum = new CRC32();
        try (InputStream in = new CheckedInputStream(content(file, entry), sum)) {
            target.file(entry.getName(), entry.getSize(), in);
        }
        if (sum.getValue() != entry.getCrc()) throw Target.refused(entry.getName(), "its checksum is wrong");
    }

    private static InputStream content(ZipFile file, ZipEntry entry) throws ArchiveException {
        try {
            return file.getInputStream(entry);
        } catch (IOException e) {
            throw new ArchiveException(
                    "entry " + Target.shown(entry.getName()) + ": it is damaged (" + FileFault.words(e) + ")", e);
        }
    }

    private static void requireRoom(ZipFile file, Path folder) throws IOException {
        long bytes = file.stream().mapToLong(e -> Math.max(0, e.getSize())).sum();
        long room = Files.getFileStore(folder).getUsableSpace();
        if (bytes > room)
            throw new IOException(
                    "no room in " + folder + ": " + bytes + " bytes come out of it, there is room for " + room);
    }
}
