package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts other JVMs, since the encoding of file names is fixed when one starts. The shell writes names as bytes. */
class FileNameEncodingTest {
    private static final String CAT = "\\347\\214\\253";
    private static final String DOG = "\\347\\212\\254";

    @TempDir
    Path root;

    @Test
    void chineseClassFolders_underC_sayHowToStart() throws Exception {
        writeInto(CAT + "/1.jpg", CAT + "/2.jpg", DOG + "/1.jpg", DOG + "/2.jpg");
        String said = open("C");
        assertTrue(said.contains("dataset: the name of class folder"), said);
        assertTrue(said.contains("start it with LC_ALL=C.UTF-8"), said);
    }

    @Test
    void chineseClassFolders_underUtf8_open() throws Exception {
        writeInto(CAT + "/1.jpg", CAT + "/2.jpg", DOG + "/1.jpg", DOG + "/2.jpg");
        assertTrue(open("C.UTF-8").startsWith("2 classes, 2 pictures to train on"), open("C.UTF-8"));
    }

    @Test
    void chinesePictures_underC_areKeptAndNamed() throws Exception {
        writeInto("a/" + CAT + ".jpg", "a/" + DOG + ".jpg", "b/1.jpg", "b/2.jpg");
        String said = open("C");
        assertTrue(said.startsWith("2 classes, 2 pictures to train on, 2 to validate with"), said);
        assertTrue(said.contains("2 file name not decodable here"), said);
    }

    @Test
    void classFolderThatIsNotUtf8_isNamed() throws Exception {
        writeInto("caf\\351/1.jpg", "tea/1.jpg");
        assertTrue(open("C.UTF-8").contains("the name is not valid UTF-8"), open("C.UTF-8"));
    }

    private void writeInto(String... escapedPaths) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell that writes bytes into names");
        for (String path : escapedPaths) {
            String script = "f=\"$(printf '" + path + "')\" && mkdir -p \"${f%/*}\" && echo \"$f\" > \"$f\"";
            Process shell = new ProcessBuilder("/bin/sh", "-c", script)
                    .directory(root.toFile())
                    .inheritIO()
                    .start();
            assumeTrue(shell.waitFor() == 0, "this file system refuses the name " + path);
        }
    }

    private String open(String locale) throws IOException, InterruptedException {
        Path out = root.resolveSibling(root.getFileName() + ".out");
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        java.environment().put("LC_ALL", locale);
        java.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = java.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        String said = Files.readString(out, StandardCharsets.ISO_8859_1);
        Files.delete(out);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    /** Opens the folder it is given and prints the report, or why it was refused. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) throws IOException {
            try {
                ImageFolder.open(Path.of(arguments[0]), 0.5, 0)
                        .findings()
                        .lines()
                        .forEach(System.out::println);
            } catch (DatasetException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
