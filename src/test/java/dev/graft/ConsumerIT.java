package dev.graft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.model.HashState;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger's project: the README's pom.xml and its program, copied as they are, built by Maven against the jars and poms
 * of this build, then run on drawn pictures. Runs in {@code mvn verify}, after the jars are packed.
 */
class ConsumerIT {
    private static final String PLATFORM = "linux-x86_64";
    private static final String CLASS_PATH = "dependency:build-classpath";
    private static final int JAVA_17 = 61; // the version in a class file
    private static final Pattern NATIVES =
            Pattern.compile(".*-(linux|macosx|windows|android|ios)-[a-z0-9_]+(-gpu)?\\.jar");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static ConsumerProject project;
    private static String program;
    private static String main;

    @BeforeAll
    static void build() throws Exception {
        assumeTrue(Loader.getPlatform().equals(PLATFORM), "skipped: the README's Maven block is for " + PLATFORM);
        Path root = Path.of("").toAbsolutePath().getParent();
        String readme = Files.readString(root.resolve("README.md"));
        program = block(readme, "java", "public class ");
        main = only("(?s).*?public class (\\w+) .*", program);
        project = new ConsumerProject(folder, root);
        project.install(PLATFORM);
        project.pom(block(readme, "xml", "<project "));
        project.write("src/main/java/" + main + ".java", program);
        project.maven("", "compile", CLASS_PATH);
    }

    @AfterAll
    static void close() throws IOException {
        if (project != null) {
            project.close();
        }
    }

    @Test
    void readme_onDrawnPictures_trainsSavesAndPredicts() throws Exception {
        draw(Path.of(argument("ImageFolder\\.open")));
        HashState.write(folder.resolve(argument("Job\\.graft")), 10);
        Path stranger = folder.resolve(argument("\\.predict"));
        picture(stranger, Color.BLUE, 7);
        List<String> lines = project.java(main).lines().toList();
        int last = lines.size() - 1;
        assertEquals("features of 20 pictures: 20 computed, 0 from an earlier run", lines.get(0));
        assertTrue(lines.get(1).matches("head: \\d+ tried, judged by 5 folds, .*"), lines.get(1));
        assertEquals(1, lines.stream().filter(l -> l.endsWith("  chosen")).count(), lines::toString);
        only("Epoch 1/1, Loss: (\\d\\.\\d+)", lines.get(last - 2));
        assertEquals("Validation Accuracy: 100.00%", lines.get(last - 1));
        double probability = Double.parseDouble(only("(?:red|blue) (\\d\\.\\d+)", lines.get(last)));
        assertTrue(probability >= 0.5 && probability <= 1, lines.get(last));
        List<String> again = project.java(main).lines().toList();
        assertEquals("features of 20 pictures: 0 computed, 20 from an earlier run", again.get(0));
        assertEquals(lines.subList(1, last + 1), again.subList(1, last + 1));
    }

    @Test
    void readme_pom_compilesForJava17() throws IOException {
        byte[] compiled = Files.readAllBytes(folder.resolve("target/classes/" + main + ".class"));
        assertEquals(JAVA_17, compiled[7]);
    }

    /** The one group of a pattern that a text must match from end to end. */
    private static String only(String pattern, String text) {
        Matcher m = Pattern.compile(pattern).matcher(text);
        assertTrue(m.matches(), () -> "'" + text + "' is not like " + pattern);
        return m.group(1);
    }

    @Test
    void dependencies_bringNativesOfOnePlatformOnly() throws IOException {
        List<String> natives = new ArrayList<>();
        long bytes = 0;
        for (Path jar : project.classPath()) {
            if (NATIVES.matcher(jar.getFileName().toString()).matches()) {
                natives.add(jar.getFileName().toString().replaceAll("-[0-9].*-(?=linux|macosx|windows)", " "));
                bytes += Files.size(jar);
            }
        }
        natives.sort(null);
        assertEquals(
                List.of(
                        "graft-native " + PLATFORM + ".jar",
                        "javacpp " + PLATFORM + ".jar",
                        "openblas " + PLATFORM + ".jar",
                        "opencv " + PLATFORM + ".jar",
                        "pytorch " + PLATFORM + ".jar"),
                natives);
        assertTrue(bytes > 130e6 && bytes < 150e6, "natives of " + bytes + " bytes; docs/natives.md says 141 MB");
    }

    /** An unknown platform must not make the library's pom invalid: Maven would silently drop all it depends on. */
    @Test
    void dependencies_onAnotherProcessor_areTheSame() throws Exception {
        List<Path> here = project.classPath();
        project.maven("-Dos.arch=sparc", CLASS_PATH);
        assertEquals(here, project.classPath());
    }

    /** Natives from jars in a jar, uploads, log lines in SLF4J, and a stop under load: the script fails if one of them does. */
    @Test
    void springBootService_answersLogsAndStops() throws Exception {
        assumeTrue(hasCurl(), "skipped: the script needs curl");
        assumeTrue(project.hasSpringBoot(), "skipped: Maven is offline and has no Spring Boot");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String printed = project.embedding("spring-boot/try.sh", Map.of("PORT", String.valueOf(port)));
        assertTrue(printed.endsWith("spring-boot: passed\n"), printed);
        assertTrue(printed.matches("(?s).*\nlog line: \\S+ +DEBUG [^\n]* dev\\.graft +: natives: .*"), printed);
    }

    private static boolean hasCurl() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "curl")));
    }

    /** The first fenced block of a language that holds some text. */
    private static String block(String readme, String language, String part) {
        Matcher m = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(readme);
        while (m.find()) if (m.group(1).contains(part)) return m.group(1);
        throw new AssertionError("README.md has no block of " + language + " with '" + part + "'");
    }

    /** The file that a call in the README's program names, such as {@code ImageFolder.open(Path.of("pets"))}. */
    private static String argument(String call) {
        Matcher m = Pattern.compile(call + "\\(\\s*Path\\.of\\(\"([^\"]+)\"").matcher(program);
        assertTrue(m.find(), "the README's program calls no " + call + "(Path.of(...))");
        return m.group(1);
    }

    private static void draw(Path pets) throws IOException {
        for (int i = 0; i < 10; i++) {
            picture(folder.resolve(pets).resolve("red/" + i + ".jpg"), Color.RED, i);
            picture(folder.resolve(pets).resolve("blue/" + i + ".jpg"), Color.BLUE, 100 + i);
        }
    }

    /** A small picture of one colour with a dark bar that the index moves. */
    private static void picture(Path file, Color colour, int index) throws IOException {
        BufferedImage image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(colour);
        g.fillRect(0, 0, 48, 40);
        g.setColor(colour.darker());
        g.fillRect(index % 48, 0, 5, 40);
        g.dispose();
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "jpg", file.toFile());
    }
}
