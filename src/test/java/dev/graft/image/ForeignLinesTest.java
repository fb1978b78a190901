package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What OpenCV, libtiff and the others have to say stands in our refusals, not on the host's standard error. */
class ForeignLinesTest {
    @Test
    void decode_damagedFiles_writesNothingOnStandardError(@TempDir Path folder) throws Exception {
        ChildJvm.Result result = ChildJvm.run(folder, List.of(), DamagedReader.class);
        assertEquals(0, result.exit(), result.output());
        List<String> lines = result.output().lines().toList();
        assertTrue(lines.get(lines.size() - 1).matches("[0-9]{3,} refused, [0-9]{3,} read"), result.output());
        assertEquals(1, lines.size(), result.output());
    }
}
