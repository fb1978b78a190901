package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.hub.CacheFolder;
import dev.graft.hub.DownloadException;
import dev.graft.hub.KnownWeights;
import dev.graft.hub.Patience;
import dev.graft.image.Resize;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchingTest {
    private static final KnownWeights WEIGHTS = KnownWeights.RESNET34_IMAGENET1K_V1;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void of_offline_tellsTermsWhatIsChecked_andHowToBringItByHand() {
        Duration second = Duration.ofSeconds(1);
        CacheFolder cache = CacheFolder.in(folder)
                .withPatience(new Patience(second, second, 0, second))
                .withProxies(ProxySelector.of(new InetSocketAddress("127.0.0.1", 1))); // nobody listens there
        Exception e = assertThrows(DownloadException.class, () -> Fetching.of(WEIGHTS, cache, out));
        String address = "https://download.pytorch.org/models/resnet34-b627a593.pth";
        assertTrue(e.getMessage().contains("by hand: download " + address), e.getMessage());
        assertTrue(
                e.getMessage().contains("put it at " + folder.resolve("resnet34-b627a593.pth") + "; or use"),
                e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
        String told = written();
        assertTrue(told.startsWith("fetching RESNET34_IMAGENET1K_V1 from " + address + " into " + folder), told);
        assertTrue(told.contains("terms: ") && told.contains("only the first 8 digits are known"), told);
    }

    @Test
    void progress_onATerminal_isDrawnToTheEnd_andElseIsSilent() {
        try (Fetching fetching = new Fetching(WEIGHTS, folder, out, null)) {
            fetching.progress(1, 2, 0);
        }
        assertEquals("", written());
        try (Fetching fetching = new Fetching(WEIGHTS, folder, out, out)) {
            fetching.progress(1 << 20, 3 << 20, 1 << 20);
            fetching.progress(3 << 20, 3 << 20, 1 << 20);
        }
        assertTrue(written().contains("resnet34-b627a593.pth 100%") && written().contains("3/3 MiB"), written());
    }

    @Test
    void options_knownWeights_bringTheirPreprocessingUnlessOneIsChosen() {
        NetworkOptions named = network("--weights", "resnet50_imagenet1k_v2");
        assertEquals(KnownWeights.RESNET50_IMAGENET1K_V2, named.known());
        assertEquals(new Resize.ShortSideCrop(232, 224), named.preprocessing().resize());
        NetworkOptions chosen = network("--weights", "RESNET50_IMAGENET1K_V2", "--preprocessing", "exact");
        assertEquals(new Resize.Stretch(224, 224), chosen.preprocessing().resize());
    }

    private static NetworkOptions network(String... args) {
        List<String> words = new ArrayList<>(List.of("--data", "pictures"));
        words.addAll(List.of(args));
        return TrainOptions.parse(words.toArray(String[]::new), Optional.empty())
                .network();
    }
}
