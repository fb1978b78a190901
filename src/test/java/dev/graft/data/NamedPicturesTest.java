package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedPicturesTest {
    private static final String KAGGLE = "^(.+?)\\.\\d+\\.jpg$";

    @TempDir
    Path root;

    private static ImageFolder open(Path place, String regex) throws IOException {
        return ImageFolder.namedBy(place, regex, 0.5, 3);
    }

    private void assertRefused(String regex, String... parts) {
        String message =
                assertThrows(DatasetException.class, () -> open(root, regex)).getMessage();
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
    }

    @Test
    void kagglesNames_giveClasses() throws IOException {
        Trees.write(root, "cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg", "README.md", ".DS_Store");
        ImageFolder folder = open(root, KAGGLE);
        assertEquals(List.of("cat", "dog"), folder.classes());
        assertEquals(List.of(1, 1), folder.findings().validationCounts());
        assertEquals(
                List.of(
                        "the class is what the group of " + KAGGLE + " finds in a file's name",
                        "nothing given to validate with: 0.5 of each class is set aside for it, by seed 3"),
                folder.findings().taken());
    }

    @Test
    void names_areSoughtInFoldersOfAnyDepth_andSplitsCount() throws IOException {
        Trees.write(root, "data/train/cat.0.jpg", "data/train/x/dog.0.jpg", "data/val/cat.9.jpg", "data/val/dog.9.jpg");
        Trees.write(root, "data/test/1.jpg", "data/test/2.jpg");
        ImageFolder folder = open(root, KAGGLE);
        assertEquals("0 data/train/cat.0.jpg 1 data/train/x/dog.0.jpg", Trees.shown(root, folder.train()));
        assertEquals("0 data/val/cat.9.jpg 1 data/val/dog.9.jpg", Trees.shown(root, folder.validation()));
        assertEquals(List.of(), folder.test());
        assertEquals(
                "no name there tells a class",
                folder.findings().of(Finding.Kind.OUTSIDE_CLASSES).get(0).detail());
    }

    @Test
    void anyPart_mayBeFound() throws IOException {
        Trees.write(root, "Abyssinian_1.jpg", "Abyssinian_2.jpg", "great_pyrenees_1.jpg", "great_pyrenees_2.png");
        assertEquals(
                List.of("Abyssinian", "great_pyrenees"), open(root, "(.+)_\\d+").classes());
    }

    @Test
    void namesThatTellNone_areNamedInOneGo() throws IOException {
        Trees.write(root, "cat.0.jpg", "dog.0.jpg", "emu.jpg", "x/.0.jpg", "x/fox.png");
        assertRefused(KAGGLE, "without what " + KAGGLE + " looks for, 2 times", "emu.jpg", "x/fox.png");
        assertRefused("(cat)?", "3 times");
    }

    @Test
    void splitFoldersWithoutTrain_areRefused() throws IOException {
        Trees.write(root, "val/cat.0.jpg", "val/dog.0.jpg");
        assertRefused(KAGGLE, "a folder val and no folder train");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "(a)(b)", "(", "[", "(?:cat)"})
    void wrongPatterns_areRefusedAtOnce(String regex) {
        String message = assertThrows(IllegalArgumentException.class, () -> open(root, regex))
                .getMessage();
        assertTrue(message.contains("the pattern of names"), message);
    }
}
