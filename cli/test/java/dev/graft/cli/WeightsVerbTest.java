package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.hub.KnownWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsVerbTest {
    private static final String KNOWN =
            KnownWeights.RESNET50_IMAGENET1K_V2.file().name();

    @TempDir
    Path cache;

    private Typed weights(Object... words) {
        return Typed.verb(new WeightsVerb(cache), words);
    }

    @BeforeEach
    void fill() throws IOException {
        Files.write(cache.resolve(KNOWN), new byte[2048]);
        Files.write(cache.resolve("mine.pth"), new byte[10]);
        Files.write(Files.createDirectories(cache.resolve("features/trunk")).resolve("a.safetensors"), new byte[30]);
    }

    @Test
    void list_hasAllNames_andWhichAreHere() throws IOException {
        Typed run = weights();
        assertEquals(ExitStatus.DONE, run.status(), run::toString);
        assertTrue(run.says("RESNET18_IMAGENET1K_V1", "top-1 69.8 %"), run::toString);
        assertTrue(run.says("RESNET50_IMAGENET1K_V2", "in the cache"), run::toString);
        assertFalse(run.says("RESNET50_IMAGENET1K_V1", "in the cache"), run::toString);
        JsonNode json = new ObjectMapper().readTree(weights("list", "--json").out());
        assertEquals(KnownWeights.values().length, json.size());
        assertEquals("resnet18", json.at("/0/architecture").asText());
    }

    @Test
    void cached_hasSizes() {
        Typed run = weights("cached");
        assertTrue(run.says(cache + ": 2 files, 2.0 KiB"), run::toString);
        assertTrue(run.says("  " + KNOWN + ", 2.0 KiB, RESNET50_IMAGENET1K_V2"), run::toString);
        assertTrue(run.says("  mine.pth, 10 bytes, downloaded by its address"), run::toString);
    }

    @Test
    void verify_aWrongFile_isAnError() {
        Typed run = weights("verify");
        assertEquals(ExitStatus.ERROR, run.status(), run::toString);
        assertTrue(run.says("  " + KNOWN + ": NOT the published digest"), run::toString);
        assertTrue(run.says("  mine.pth: no digest is known"), run::toString);
    }

    @Test
    void remove_takesOne_orAllIfItIsSaidTwice() {
        assertEquals(
                ExitStatus.DONE, weights("remove", "RESNET50_IMAGENET1K_V2").status());
        assertFalse(Files.exists(cache.resolve(KNOWN)));
        assertTrue(Files.exists(cache.resolve("mine.pth")));
        assertEquals(
                ExitStatus.ERROR, weights("remove", "RESNET50_IMAGENET1K_V2").status());
        assertEquals(ExitStatus.USAGE, weights("remove").status());
        assertEquals(ExitStatus.USAGE, weights("remove", "--all").status());
        assertTrue(Files.exists(cache.resolve("mine.pth")));
        assertEquals(ExitStatus.DONE, weights("remove", "--all", "--yes").status());
        assertFalse(Files.exists(cache.resolve("mine.pth")));
        assertTrue(Files.exists(cache.resolve("features/trunk/a.safetensors")), "features are not weights");
    }

    @Test
    void features_areListedAndRemoved() {
        Typed run = weights("cached", "--features");
        assertTrue(run.says("  trunk, 1 file, 30 bytes, last used "), run::toString);
        assertEquals(ExitStatus.ERROR, weights("remove", "other", "--features").status());
        assertEquals(ExitStatus.DONE, weights("remove", "trunk", "--features").status());
        assertFalse(Files.exists(cache.resolve("features/trunk")));
        assertTrue(Files.exists(cache.resolve(KNOWN)));
    }

    @Test
    void otherWords_areAWrongUse() {
        assertEquals(ExitStatus.USAGE, weights("lost").status());
        assertEquals(ExitStatus.USAGE, weights("cached", "mine.pth").status());
        assertEquals(ExitStatus.USAGE, weights("verify", "--features").status());
    }
}
