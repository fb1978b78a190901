package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.ChildJvm;
import dev.graft.SmallRun;
import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.model.HashState;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that really is refused: what is said of it, and that all goes on. */
class OutOfMemoryTest {
    @TempDir
    static Path folder;

    @Test
    void littleMemory_largeBatchesAreExplained_andSmallOnesGiveTheSameNumbersAfterwards() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "skipped: this system has no prlimit");
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        List<String> flags = List.of("-Xms128m", "-Xmx128m", "-XX:+UseSerialGC");
        try (ChildJvm child = ChildJvm.start(folder, flags, LittleMemory.class, weights, folder.resolve("run"))) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(5));
            assertEquals(0, result.exit(), result.output());
            String remedy = "; use a smaller batch or smaller pictures\n";
            for (String told : List.of(
                    "predict: memory: no room for a batch of 32 pictures of 224 x 224 in resnet18, which takes about 225 MB",
                    "reference: memory: no room for a batch of 96 pictures of 224 x 224 in resnet18 to train on, which takes"
                            + " about 674 MB",
                    "whole: memory: no room for a batch of 96 pictures of 224 x 224 in resnet18 to train on, which takes"
                            + " about 1.",
                    "fast: memory: no room for a batch of ")) {
                assertTrue(result.output().contains(told), told + "\n" + result.output());
            }
            // While the trunk's weights are packed, or once the batch passes it.
            String fast =
                    "fast: memory: no room for a batch of (1 picture|4 pictures) of 1536 x 1536 in resnet18,( 1 at a time,)? which"
                            + " takes about 330 MB";
            assertTrue(Pattern.compile(fast).matcher(result.output()).find(), result.output());
            for (String what : List.of("predict", "reference", "whole", "fast")) {
                assertTrue(result.output().contains(what + " cause: true"), result.output());
                assertTrue(result.output().contains(what + " afterwards: same"), result.output());
            }
            assertEquals(4, result.output().split(remedy.replace("(", "\\(").replace(")", "\\)"), -1).length - 1);
        }
    }

    @Test
    void buffers_ofAnAbsurdBatch_areExplained_andNothingIsLeft() {
        try (Staging staging = new Staging(ComputeDevice.CPU, Layout.CONTIGUOUS, SmallRun.CARD.preprocessing())) {
            new BatchLoader(SmallRun.CARD.preprocessing(), staging, 4, 1, Unreadable.FAIL).close(); // loads all
            long before = Pointer.totalCount();
            OutOfMemoryException e = assertThrows(
                    OutOfMemoryException.class,
                    () -> new BatchLoader(SmallRun.CARD.preprocessing(), staging, 1 << 30, 1, Unreadable.FAIL));
            assertEquals(
                    "memory: no room for a buffer of 1073741824 pictures of 64 x 64, which takes about 13194.1 GB;"
                            + " use a smaller batch",
                    e.getMessage());
            assertInstanceOf(RuntimeException.class, e.getCause());
            assertEquals(before, Pointer.totalCount());
            new BatchLoader(SmallRun.CARD.preprocessing(), staging, 4, 1, Unreadable.FAIL).close();
        }
    }
}
