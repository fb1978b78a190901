package dev.graft.data.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes archives for the tests: good ones of a folder, and parts of bad ones. */
public final class Archives {
    private static final int CENTRAL = 0x02014b50;

    private Archives() {}

    /** All that is in a folder, as {@code .zip}, {@code .tar} or {@code .tar.gz} by the name. */
    public static Path of(Path folder, Path archive) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean zip = archive.toString().endsWith(".zip");
        try (ZipOutputStream zipped = new ZipOutputStream(zip ? out : OutputStream.nullOutputStream())) {
            for (Path file : files) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                if (zip) {
                    zipped.putNextEntry(new ZipEntry(name));
                    zipped.write(Files.readAllBytes(file));
                } else out.write(tarEntry(name, '0', Files.readAllBytes(file)));
            }
        }
        byte[] bytes = zip ? out.toByteArray() : tar(out.toByteArray());
        return Files.write(archive, archive.toString().endsWith("gz") ? gzip(bytes) : bytes);
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gz = new GZIPOutputStream(out)) {
            gz.write(bytes);
        }
        return out.toByteArray();
    }

    /** Entries and the two empty blocks that end a tar. */
    static byte[] tar(byte[]... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] entry : entries) out.writeBytes(entry);
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static byte[] tarEntry(String name, char type, byte[] content) {
        return tarEntry(name, type, "%011o".formatted(content.length), content);
    }

    /** @param size the twelve bytes of the size, as they are to stand there */
    static byte[] tarEntry(String name, char type, String size, byte[] content) {
        byte[] block = new byte[512 + (content.length + 511) / 512 * 512];
        put(block, 0, name);
        put(block, 100, "0000644\0" + "0000000\0" + "0000000\0" + size);
        put(block, 136, "00000000000\0" + "        " + type);
        put(block, 257, "ustar\0" + "00");
        System.arraycopy(content, 0, block, 512, content.length);
        long sum = 0;
        for (int i = 0; i < 512; i++) sum += block[i] & 0xFF;
        put(block, 148, "%06o\0 ".formatted(sum));
        return block;
    }

    static byte[] pax(String... lines) {
        StringBuilder all = new StringBuilder();
        for (String line : lines) {
            int length = line.getBytes(StandardCharsets.UTF_8).length + 2;
            while (Integer.toString(length).length() + line.getBytes(StandardCharsets.UTF_8).length + 2 != length)
                length++;
            all.append(length).append(' ').append(line).append('\n');
        }
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }

    static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(
                text.chars().allMatch(c -> c < 256) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    /** A zip of files by name and content, in turns. */
    static byte[] zip(String... namesAndContents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[i]));
                zip.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    /** Where the n-th entry of a zip's directory begins. */
    static int central(byte[] zip, int n) {
        ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0, seen = 0; at < zip.length - 3; at++) if (in.getInt(at) == CENTRAL && seen++ == n) return at;
        throw new AssertionError("no such entry");
    }
}
