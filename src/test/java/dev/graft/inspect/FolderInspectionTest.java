package dev.graft.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.data.Finding;
import dev.graft.data.ImageFolder;
import dev.graft.data.Split;
import dev.graft.image.DrawnPicture;
import dev.graft.inspect.FolderInspection.Duplicates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderInspectionTest {
    @TempDir
    Path folder;

    @BeforeEach
    void draw() throws IOException {
        int seed = 0;
        for (String place : List.of("train/cat", "train/dog", "val/cat", "val/dog"))
            for (int i = 0; i < 3; i++)
                DrawnPhotos.jpeg(folder.resolve(place).resolve(i + ".jpg"), DrawnPhotos.photo(seed++), 0.9f);
    }

    private FolderInspection inspect(boolean decode, Duplicates duplicates) throws IOException {
        try (ImageFolder data = ImageFolder.open(folder)) {
            return FolderInspection.of(data, decode, duplicates, 2);
        }
    }

    private List<String> names(DuplicateGroup group) {
        return group.members().stream()
                .map(m -> folder.relativize(m.file()).toString().replace('\\', '/'))
                .toList();
    }

    @Test
    void picturesThatAreAllDifferent_haveNoDuplicatesAndNoFault() throws IOException {
        FolderInspection seen = inspect(false, Duplicates.NEAR);
        assertEquals(List.of(), seen.duplicates());
        assertEquals(List.of(), seen.unreadable());
        assertEquals(Map.of("JPEG", 12L), seen.pictures().formats());
        assertEquals(new Spread(120, 120, 120), seen.pictures().widths().orElseThrow());
    }

    @Test
    void headers_areCounted() throws IOException {
        Files.write(folder.resolve("train/cat/turned.jpg"), DrawnPicture.file("exif6.jpg"));
        Files.write(folder.resolve("train/cat/grey.png"), DrawnPicture.file("grey.png"));
        PictureFacts facts = inspect(false, Duplicates.OFF).pictures();
        assertEquals(Map.of("JPEG", 13L, "PNG", 1L), facts.formats());
        assertEquals(Map.of("RGB", 13L, "grey", 1L), facts.colours());
        assertEquals(Map.of(1, 13L, 6, 1L), facts.orientations());
        assertEquals(1, facts.turned());
        assertTrue(facts.heights().orElseThrow().min() < 90);
    }

    @Test
    void duplicates_differentLabelsComeFirst_thenThoseAcrossSplits() throws IOException {
        Files.copy(folder.resolve("train/cat/0.jpg"), folder.resolve("train/cat/copy.jpg"));
        Files.copy(folder.resolve("train/cat/1.jpg"), folder.resolve("val/cat/leak.jpg"));
        DrawnPhotos.png(folder.resolve("train/dog/mislabelled.png"), DrawnPhotos.photo(2, 80, 60, 0, v -> v));
        FolderInspection seen = inspect(false, Duplicates.NEAR);
        assertEquals(
                List.of(
                        List.of("train/cat/2.jpg", "train/dog/mislabelled.png"),
                        List.of("train/cat/1.jpg", "val/cat/leak.jpg"),
                        List.of("train/cat/0.jpg", "train/cat/copy.jpg")),
                seen.duplicates().stream().map(this::names).toList());
        DuplicateGroup wrong = seen.duplicates().get(0);
        assertTrue(wrong.differentLabels() && !wrong.acrossSplits() && !wrong.exact());
        DuplicateGroup leak = seen.duplicates().get(1);
        assertTrue(!leak.differentLabels() && leak.acrossSplits() && leak.exact());
        assertEquals(Split.VALIDATION, leak.members().get(1).split());
        assertEquals(2, inspect(false, Duplicates.EXACT).duplicates().size());
        assertEquals(0, inspect(false, Duplicates.OFF).duplicates().size());
    }

    @Test
    void plainPictures_areNotSaidToLookTheSame() throws IOException {
        for (int i = 0; i < 2; i++) {
            double grey = 0.3 + 0.4 * i;
            DrawnPhotos.png(folder.resolve("val/dog/plain" + i + ".png"), DrawnPhotos.photo(1, 40, 40, 0, v -> grey));
        }
        FolderInspection seen = inspect(false, Duplicates.NEAR);
        assertEquals(List.of(), seen.duplicates());
        assertEquals(2, seen.plain());
    }

    @Test
    void damagedHeaders_areAlwaysFound_damagedPixelsWhenDecoded() throws IOException {
        Path text = Files.writeString(folder.resolve("val/cat/text.jpg"), "no picture");
        Path cut = folder.resolve("val/dog/2.jpg");
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        List<Finding> headers = inspect(false, Duplicates.EXACT).unreadable();
        assertEquals(List.of(text), headers.stream().map(Finding::path).toList());
        assertEquals(Finding.Kind.UNDECODABLE, headers.get(0).kind());
        assertTrue(
                headers.get(0).detail().startsWith("is text; allowed: "),
                headers.get(0).detail());
        for (FolderInspection seen : List.of(inspect(true, Duplicates.OFF), inspect(false, Duplicates.NEAR))) {
            assertEquals(
                    List.of(text, cut),
                    seen.unreadable().stream().map(Finding::path).toList());
            assertFalse(seen.unreadable().get(1).detail().contains(cut.toString()));
        }
    }
}
