package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClassPathTest {
    /** Only the module spark knows Spark: the command line does not bring 340 MB of it. */
    @Test
    void commandLine_bringsNothingOfSpark() {
        List<String> names = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .toList();
        assertTrue(names.stream().anyMatch(name -> name.startsWith("commons-cli")), names.toString());
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name -> name.matches("(spark|scala|hadoop)-.*"))
                        .toList());
    }
}
