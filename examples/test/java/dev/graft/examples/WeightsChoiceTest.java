package dev.graft.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.hub.CacheFolder;
import dev.graft.hub.DownloadException;
import dev.graft.hub.KnownWeights;
import dev.graft.hub.Patience;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsChoiceTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void fetch_byName_tellsTermsAndWhatIsChecked_andOfflineHowToBringIt() throws IOException {
        Duration second = Duration.ofSeconds(1);
        CacheFolder cache = CacheFolder.in(folder)
                .withPatience(new Patience(second, second, 0, second))
                .withProxies(ProxySelector.of(new InetSocketAddress("127.0.0.1", 1))); // nobody listens there
        WeightsChoice choice = WeightsChoice.of(Path.of("RESNET34_IMAGENET1K_V1"));
        Exception e = assertThrows(DownloadException.class, () -> choice.fetch(cache, out));
        String address = "https://download.pytorch.org/models/resnet34-b627a593.pth";
        assertTrue(e.getMessage().contains("by hand: fetch " + address), e.getMessage());
        assertTrue(e.getMessage().endsWith("put it at " + folder.resolve("resnet34-b627a593.pth")), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
        String told = written();
        assertTrue(told.startsWith("fetching RESNET34_IMAGENET1K_V1 from " + address + " into " + folder), told);
        assertTrue(told.contains("terms: ") && told.contains("only the first 8 digits"), told);
    }

    @Test
    void of_file_winsOverAName() throws IOException {
        Path file = Files.writeString(folder.resolve("RESNET34_IMAGENET1K_V1"), "mine");
        WeightsChoice choice = WeightsChoice.of(file);
        assertEquals(file, choice.fetch(out));
        assertEquals("", written());
        assertEquals(Preprocessing.standard(), choice.preprocessing(null));
    }

    @Test
    void preprocessing_isTheUsersElseTheWeights() throws IOException {
        WeightsChoice choice = WeightsChoice.of(Path.of("resnet50_imagenet1k_v2"));
        assertEquals(KnownWeights.RESNET50_IMAGENET1K_V2, choice.known());
        assertEquals(
                new Resize.ShortSideCrop(232, 224), choice.preprocessing(null).resize());
        assertEquals(Preprocessing.opencv(), choice.preprocessing(Preprocessing.opencv()));
    }

    @Test
    void bar_drawn_reachesTheEnd_andWithoutATerminalIsSilent() {
        try (DownloadBar bar = new DownloadBar("w.pth", false, out)) {
            bar.progress(1, 2, 0);
        }
        assertEquals("", written());
        try (DownloadBar bar = new DownloadBar("w.pth", true, out)) {
            bar.progress(1 << 20, 3 << 20, 1 << 20);
            bar.progress(3 << 20, 3 << 20, 1 << 20);
        }
        assertTrue(written().contains("w.pth 100%") && written().contains("3/3 MiB"), written());
    }
}
