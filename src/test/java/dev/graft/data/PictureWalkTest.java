package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PictureWalkTest {
    @TempDir
    Path folder;

    private void make(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
        }
    }

    private List<String> names(Iterator<Path> walk) {
        List<String> names = new ArrayList<>();
        walk.forEachRemaining(f -> names.add(folder.relativize(f).toString()));
        return names;
    }

    private List<String> matching(String pattern) throws IOException {
        return names(PictureWalk.matching(folder + "/" + pattern));
    }

    @Test
    void walk_isSortedByName_andCountsWhatItLeavesOut() throws IOException {
        make("b.jpg", "a/z.PNG", "a/b/c.webp", "c.jpg", ".hidden/x.jpg", "a/.x.jpg", "notes.txt", "a.gif");
        Files.write(folder.resolve("noext"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0});
        PictureWalk walk = PictureWalk.of(folder);
        assertEquals(List.of("a/b/c.webp", "a/z.PNG", "b.jpg", "c.jpg", "noext"), names(walk));
        assertEquals(Map.of(Finding.Kind.HIDDEN, 2, Finding.Kind.NOT_A_PICTURE, 2), walk.skipped());
        assertThrows(NoSuchElementException.class, walk::next);
    }

    /** A reader refuses them with a reason; leaving them out would hide them. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void walk_givesWhatLooksLikeAPictureAndCannotBeRead() throws IOException {
        make("iphone.heic", "good.jpg");
        Files.createSymbolicLink(folder.resolve("broken.jpg"), Path.of("nowhere.jpg"));
        PictureWalk walk = PictureWalk.of(folder);
        assertEquals(List.of("broken.jpg", "good.jpg", "iphone.heic"), names(walk));
        assertEquals(Map.of(), walk.skipped());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void walk_linksInACircle_endAndAreCounted() throws IOException {
        make("a/x.jpg");
        Files.createSymbolicLink(folder.resolve("a/up"), folder);
        PictureWalk walk = PictureWalk.of(folder);
        assertEquals(List.of("a/x.jpg"), names(walk));
        assertEquals(Map.of(Finding.Kind.SYMLINK_LOOP, 1), walk.skipped());
    }

    @Test
    void walk_leavesOutAFolder() throws IOException {
        make("a/x.jpg", "sorted/cat/x.jpg", "z.jpg");
        assertEquals(List.of("a/x.jpg", "z.jpg"), names(PictureWalk.of(folder).without(folder.resolve("sorted"))));
    }

    /** A folder with more entries than fit is read again for each part. */
    @Test
    void walk_inParts_isTheSameAsAtOnce() throws IOException {
        Random random = new Random(4);
        for (int i = 0; i < 200; i++) make((i % 5 == 0 ? "d" + i % 3 + "/" : "") + random.nextInt(100_000) + ".jpg");
        List<String> once = names(PictureWalk.of(folder));
        assertTrue(once.size() > 190);
        assertEquals(once, once.stream().sorted().toList());
        for (int most : new int[] {1, 7, 199, 200, 201}) {
            assertEquals(once, names(new PictureWalk(folder, Optional.empty(), most)), "parts of " + most);
        }
    }

    @Test
    void pattern_namesFilesAndFolders() throws IOException {
        make("x/b.jpg", "x/a.txt", "y/deep/c.jpg", "y/deep/d.txt", "z.jpg", "x/.h.jpg");
        assertEquals(List.of("x/a.txt", "x/b.jpg"), matching("x/*.*"));
        assertEquals(List.of("x/b.jpg", "y/deep/c.jpg"), matching("[xy]"));
        assertEquals(List.of("x/b.jpg", "y/deep/c.jpg", "z.jpg"), matching("**/*.jpg"));
        assertEquals(List.of("z.jpg"), matching("?.jpg"));
        assertEquals(List.of("y/deep/c.jpg"), matching("{y,q}/*/c*"));
        assertEquals(List.of(), matching("q*"));
        make("g/cats/1.jpg", "g/cats/y/2.jpg", "g/x/cats/3.jpg", "g/x/cats/y/4.jpg", "g/x/5.jpg");
        assertEquals(
                List.of("g/cats/1.jpg", "g/cats/y/2.jpg", "g/x/cats/3.jpg", "g/x/cats/y/4.jpg"),
                matching("g/**/cats/**/*.jpg"));
        Exception e = assertThrows(IllegalArgumentException.class, () -> matching("[x"));
        assertTrue(e.getMessage().contains("[x is wrong"), e.getMessage());
    }

    @Test
    void folder_thatIsNotThere_isNamed() throws IOException {
        Path none = folder.resolve("none");
        assertTrue(assertThrows(IOException.class, () -> PictureWalk.of(none))
                .getMessage()
                .contains("none"));
        make("a/b/x.jpg", "a/y.jpg");
        PictureWalk walk = PictureWalk.of(folder.resolve("a"));
        Files.delete(folder.resolve("a/b/x.jpg"));
        Files.delete(folder.resolve("a/b"));
        Files.delete(folder.resolve("a/y.jpg"));
        Files.delete(folder.resolve("a"));
        assertTrue(assertThrows(UncheckedIOException.class, walk::hasNext)
                .getMessage()
                .contains("a"));
    }
}
