package dev.graft.data.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    private static final byte[] CAT = "cat".getBytes(StandardCharsets.UTF_8);
    private static final Limits SMALL = new Limits(20, 10_000, 5, 300, 4);

    @TempDir
    Path root;

    private int made;

    /** What an archive gives, by path. */
    private Map<String, String> unpack(byte[] archive) throws IOException {
        Path file = Files.write(root.resolve("archive" + made), archive);
        Path folder = Files.createDirectory(root.resolve("folder" + made++));
        int files = Archive.recognise(file).orElseThrow().unpack(file, folder, SMALL);
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.filter(Files::isRegularFile).toList())
                found.put(
                        folder.relativize(p).toString().replace('\\', '/'),
                        new String(Files.readAllBytes(p), StandardCharsets.UTF_8));
        }
        assertEquals(found.size(), files);
        return found;
    }

    private void assertRefused(byte[] archive, String... parts) throws IOException {
        String message =
                assertThrows(ArchiveException.class, () -> unpack(archive)).getMessage();
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
        try (Stream<Path> all = Files.list(root)) { // nothing beside the folder
            assertTrue(all.allMatch(p -> p.getFileName().toString().matches("archive.*|folder.*")));
        }
    }

    private static byte[] file(String name) {
        return Archives.tarEntry(name, '0', CAT);
    }

    @Test
    void zip_givesItsFiles() throws IOException {
        assertEquals(
                Map.of("a/b/1.jpg", "x", "猫/é\n.jpg", "", "c/d.jpg", "old"),
                unpack(Archives.zip("a/", "", "a/b/1.jpg", "x", "猫/é\n.jpg", "", "./c\\d.jpg", "old")));
    }

    @Test
    void tar_givesItsFiles_alsoWithoutTypesAndWithLongNames() throws IOException {
        String deep = "p/" + "n".repeat(120) + ".jpg";
        byte[] tar = Archives.tar(
                Archives.tarEntry("./", '5', new byte[0]),
                Archives.tarEntry("a/", '5', new byte[0]),
                file("./a/1.jpg"),
                Archives.tarEntry("old/", '\0', new byte[0]),
                Archives.tarEntry("old/2.jpg", '\0', new byte[513]),
                Archives.tarEntry("pax_global_header", 'g', Archives.pax("comment=abc")),
                Archives.tarEntry("x", 'x', Archives.pax("mtime=1.5", "path=猫/" + "m".repeat(200) + ".jpg", "size=3")),
                file("short"),
                Archives.tarEntry("././@LongLink", 'L', (deep + "\0").getBytes(StandardCharsets.UTF_8)),
                file(deep.substring(0, 100)));
        Map<String, String> expected = Map.of(
                "a/1.jpg", "cat", "old/2.jpg", "\0".repeat(513), "猫/" + "m".repeat(200) + ".jpg", "cat", deep, "cat");
        assertEquals(expected, unpack(tar));
        assertEquals(expected, unpack(Archives.gzip(tar)));
    }

    @Test
    void tarOfThisSystem_isRead() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")), "needs tar");
        Path pets = root.resolve("folder-of-pets");
        String deep = "d".repeat(90) + "/" + "e".repeat(90) + "/1.jpg";
        for (String name : new String[] {"cat/1.jpg", "cat/猫.jpg", deep}) {
            Files.createDirectories(pets.resolve(name).getParent());
            Files.writeString(pets.resolve(name), name);
        }
        for (String format : new String[] {"gnu", "pax", "ustar"}) {
            Path tgz = root.resolve("archive-" + format);
            assertEquals(
                    0,
                    new ProcessBuilder("tar", "--format=" + format, "-czf", tgz.toString(), "-C", pets.toString(), ".")
                            .inheritIO()
                            .start()
                            .waitFor());
            assertEquals(
                    Map.of("cat/1.jpg", "cat/1.jpg", "cat/猫.jpg", "cat/猫.jpg", deep, deep),
                    unpack(Files.readAllBytes(tgz)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/etc/x.jpg | absolute",
                "\\\\server\\x.jpg | absolute",
                "C:\\x.jpg | absolute",
                "../x.jpg | upwards",
                "a/../../x.jpg | upwards",
                "a\\..\\..\\x.jpg | upwards",
                ".. | upwards",
                "a/b/c/d/e/x.jpg | more than 4 folders deep",
            })
    void pathsThatLeadElsewhere_areRefused(String name, String part) throws IOException {
        assertRefused(Archives.zip("ok.jpg", "1", name, "2"), part, "entry '");
        assertRefused(Archives.tar(file("ok.jpg"), file(name)), part);
        assertRefused(Archives.tar(Archives.tarEntry("x", 'x', Archives.pax("path=" + name)), file("a")), part);
    }

    @Test
    void longNames_areRefused() throws IOException {
        assertRefused(Archives.zip("x".repeat(301), ""), "more than 300 characters");
        assertRefused(Archives.zip("é".repeat(130), ""), "a part of its name has more than 255 bytes");
        byte[] huge = new byte[70_000];
        assertRefused(Archives.tar(Archives.tarEntry("x", 'L', huge), file("a")), "a header has 70000 bytes");
    }

    @Test
    void namesThatMeet_areRefused() throws IOException {
        assertRefused(
                Archives.zip("a/1.jpg", "1", "A/2.jpg", "2"), "entry 'A/': beside 'a/'", "same file on some systems");
        assertRefused(Archives.zip("a/x.jpg", "1", "a/X.JPG", "2"), "entry 'a/X.JPG': beside 'a/x.jpg'");
        assertRefused(Archives.zip("\u00e9.jpg", "1", "e\u0301.jpg", "2"), "same file on some systems");
        assertRefused(Archives.tar(file("a"), file("./a")), "entry 'a': it is there twice");
        assertRefused(Archives.tar(file("a"), file("a/b")), "entry 'a/': beside 'a'");
        byte[] twice = Archives.zip("a.jpg", "1", "b.jpg", "2");
        for (int i = 0; i < twice.length - 5; i++) if (twice[i] == 'b' && twice[i + 1] == '.') twice[i] = 'a';
        assertRefused(twice, "it is there twice");
    }

    @ParameterizedTest
    @CsvSource({
        "1, a link",
        "2, a link",
        "3, a device",
        "4, a device",
        "6, a device",
        "S, a sparse file",
        "K, a link",
        "7, of type"
    })
    void linksAndDevicesInTars_areRefused(char type, String part) throws IOException {
        assertRefused(
                Archives.tar(file("ok.jpg"), Archives.tarEntry("link.jpg", type, new byte[0])), "'link.jpg'", part);
    }

    @Test
    void linksInZips_areRefused() throws IOException {
        byte[] zip = Archives.zip("ok.jpg", "1", "link.jpg", "/etc/passwd");
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int at = Archives.central(zip, 1);
        zip[at + 5] = 3; // made on Unix
        bytes.putInt(at + 38, 0100644 << 16);
        assertEquals(2, unpack(zip).size());
        bytes.putInt(at + 38, 0120777 << 16);
        assertRefused(zip, "entry 'link.jpg': it is a link");
    }

    @Test
    void moreThanMayComeOut_isRefused() throws IOException {
        byte[] zeros = new byte[20_000];
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("a.bmp"));
            out.write(zeros);
        }
        assertRefused(zip.toByteArray(), "more than 10000 bytes come out of it (allowed are 5 for each");
        byte[] tar = Archives.tar(Archives.tarEntry("a.bmp", '0', zeros));
        assertEquals(1, unpack(tar).size());
        assertRefused(Archives.gzip(tar), "more than 10000 bytes");
        byte[] behind = Arrays.copyOf(Archives.tar(file("a")), 50_000);
        assertRefused(Archives.gzip(behind), "more than 10000 bytes");
        String[] many = new String[42];
        for (int i = 0; i < many.length; i++) many[i] = "n" + i / 2 * (1 - i % 2);
        assertRefused(Archives.zip(many), "more than 20 entries");
        byte[][] headers = new byte[20][];
        Arrays.fill(headers, Archives.tarEntry("g", 'g', Archives.pax("comment=" + "x".repeat(900))));
        assertRefused(Archives.gzip(Archives.tar(headers)), "more than 10000 bytes");
    }

    @Test
    void sizesThatLie_areRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream z = new ZipOutputStream(out)) {
            z.setLevel(Deflater.NO_COMPRESSION);
            z.putNextEntry(new ZipEntry("a.jpg"));
            z.write(new byte[100]);
        }
        byte[] zip = out.toByteArray();
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int size = Archives.central(zip, 0) + 24;
        bytes.putInt(size, 99);
        assertRefused(zip, "entry 'a.jpg'");
        bytes.putInt(size, 101);
        assertRefused(zip, "entry 'a.jpg'");
        bytes.putInt(size, 100).putInt(Archives.central(zip, 0) + 16, 7);
        assertRefused(zip, "entry 'a.jpg': its checksum is wrong");
        assertRefused(
                Archives.tar(Archives.tarEntry("a", '0', "77777777777", CAT)),
                "it ends after 1536 of 8589934591 bytes");
        assertRefused(Archives.tar(Archives.tarEntry("a", '0', "\u00ff".repeat(12), CAT)), "a size is negative");
        assertRefused(Archives.tar(Archives.tarEntry("a", '0', "\u0080" + "\u00ff".repeat(11), CAT)), "absurd");
        assertRefused(Archives.tar(Archives.tarEntry("a", '0', "00000009999", CAT)), "a number in a header");
        assertRefused(Archives.tar(Archives.tarEntry("x", 'x', Archives.pax("size=-1")), file("a")), "not read");
        assertRefused(
                Archives.tar(
                        Archives.tarEntry("x", 'x', "99999999 path=a\n".getBytes(StandardCharsets.UTF_8)), file("a")),
                "a pax header is damaged");
        assertRefused(
                Archives.tar(Archives.tarEntry("x", 'x', Archives.pax("GNU.sparse.major=1")), file("a")), "not read");
    }

    @Test
    void sizesInBinary_areRead() throws IOException {
        byte[] tar = Archives.tar(Archives.tarEntry("a", '0', "\u0080" + "\0".repeat(10) + "\u0003", CAT));
        assertEquals(Map.of("a", "cat"), unpack(tar));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar", "tgz"})
    void everyCut_isRefused(String kind) throws IOException {
        byte[] whole =
                switch (kind) {
                    case "zip" -> Archives.zip("a/1.jpg", "some bytes", "a/2.jpg", "others");
                    case "tar" -> Archives.tar(file("a/1.jpg"), file("a/2.jpg"));
                    default -> Archives.gzip(Archives.tar(file("a/1.jpg"), file("a/2.jpg")));
                };
        assertEquals(2, unpack(whole).size());
        int end = kind.equals("tar")
                ? whole.length - 1024
                : whole.length - 1; // a tar may end after its first empty block
        for (int length = 264; length <= end; length += kind.equals("tar") ? 64 : 1) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(ArchiveException.class, () -> unpack(cut), "cut to " + length);
        }
    }

    /** Any verdict will do, so long as nothing else is thrown and nothing appears outside of the folder. */
    @Test
    void damagedArchives_areReadOrRefused() throws IOException {
        Random random = new Random(17);
        byte[][] seeds = {
            Archives.zip("a/1.jpg", "some bytes", "a/2.jpg", "others"),
            Archives.tar(file("a/1.jpg"), Archives.tarEntry("x", 'x', Archives.pax("path=b/2.jpg")), file("b")),
        };
        int refused = 0;
        int all = Integer.getInteger("graft.archive.mutations", 600);
        for (int i = 0; i < all; i++) {
            byte[] bytes = seeds[i % 2].clone();
            for (int n = random.nextInt(4); n >= 0; n--)
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                unpack(i % 3 == 0 ? Archives.gzip(bytes) : bytes);
            } catch (ArchiveException e) {
                refused++;
            } catch (NoSuchElementException e) {
                refused++; // no longer known as an archive
            }
        }
        assertTrue(refused > all / 5, "only " + refused + " refused: are they damaged at all?");
        try (Stream<Path> made = Files.list(root)) {
            assertTrue(made.allMatch(p -> p.getFileName().toString().matches("archive.*|folder.*")));
        }
    }

    @ParameterizedTest
    @CsvSource({"425a6839, bzip2", "fd377a585a00, xz", "377abcaf271c, 7z", "526172211a07, RAR", "28b52ffd, Zstandard"})
    void otherCompressions_areNamed(String first, String name) throws IOException {
        byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(first), 300);
        assertRefused(bytes, "it is " + name, ".tar.gz");
    }

    @Test
    void encryptedZip_isNamed() throws IOException {
        byte[] zip = Archives.zip("a.jpg", "1");
        zip[Archives.central(zip, 0) + 8] |= 1;
        assertRefused(zip, "encrypted");
    }

    @Test
    void otherFiles_areNoArchives() throws IOException {
        Path file = Files.write(root.resolve("archive"), new byte[1000]);
        assertTrue(Archive.recognise(file).isEmpty());
        assertTrue(Archive.recognise(Files.write(file, new byte[0])).isEmpty());
        assertRefused(Archives.gzip(new byte[] {1, 2, 3}), "cut short");
        byte[] text = new byte[600];
        Arrays.fill(text, (byte) 'x');
        assertRefused(Archives.gzip(text), "it is no tar, or damaged");
    }
}
