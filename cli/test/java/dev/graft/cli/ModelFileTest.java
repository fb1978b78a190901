package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    @TempDir
    Path folder;

    private Path file;
    private ModelFile model;

    @BeforeEach
    void use() throws IOException {
        file = Files.writeString(folder.resolve("model.pt"), "one");
        model = new ModelFile(file);
    }

    private void put(String name) throws IOException {
        Files.move(folder.resolve(name), file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void putNew(String content) throws IOException {
        Files.writeString(folder.resolve("new"), content);
        put("new");
        assertFalse(model.hasChanged(), "it may still be written");
    }

    @Test
    void loaded_isInUse() throws IOException {
        assertFalse(model.hasChanged());
        putNew("other");
        assertTrue(model.hasChanged());
        model.loaded();
        assertFalse(model.hasChanged());
    }

    /** What was not loaded is not in use: the file before is, and need not be loaded when it comes back. */
    @Test
    void refused_isNotTriedAgain_andTheOneInUseIsKnown() throws IOException {
        Files.move(file, folder.resolve("kept"));
        putNew("damaged");
        assertTrue(model.hasChanged());
        model.refused(false);
        for (int look = 0; look < 200; look++) assertFalse(model.hasChanged());
        put("kept");
        assertFalse(model.hasChanged());
        assertFalse(model.hasChanged(), "it is in use");
        putNew("damaged again");
        assertTrue(model.hasChanged());
    }

    @Test
    void deleted_isToldOnce_untilItIsThereAgain() throws IOException {
        for (int time = 0; time < 2; time++) {
            Files.delete(file);
            assertFalse(model.hasChanged());
            assertFalse(model.hasGone(), "it may be on its way");
            int told = 0;
            for (int look = 0; look < 50; look++) {
                assertFalse(model.hasChanged());
                if (model.hasGone()) told++;
            }
            assertEquals(1, told);
            Files.writeString(file, "one");
            model.hasChanged();
            assertFalse(model.hasGone());
        }
    }

    @Test
    void refusedForNow_isTriedAgainLater() throws IOException {
        putNew("large");
        assertTrue(model.hasChanged());
        model.refused(true);
        int looks = 1;
        while (looks < 200 && !model.hasChanged()) looks++;
        assertTrue(looks >= 30 && looks <= 120, "looks: " + looks);
    }
}
