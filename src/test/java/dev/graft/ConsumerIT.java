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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger's project: the README's Maven block and its Java, nothing else, built by Maven against the jars and poms of
 * this build, then run on drawn pictures. Runs in {@code mvn verify}, after the jars are packed.
 *
 * <p>The local repository is new. Third-party artifacts are linked into it from the user's own, so nothing is loaded from
 * the network that is there already; everything of Graft comes from this build.
 */
class ConsumerIT {
    private static final String SECTION = "## As a dependency";
    private static final String PLATFORM = "linux-x86_64";
    private static final String CLASS_PATH = "dependency:build-classpath";
    private static final Pattern NATIVES =
            Pattern.compile(".*-(linux|macosx|windows|android|ios)-[a-z0-9_]+(-gpu)?\\.jar");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static String readme;
    private static List<Path> classPath;

    @BeforeAll
    static void build() throws Exception {
        assumeTrue(Loader.getPlatform().equals(PLATFORM), "skipped: the README's Maven block is for " + PLATFORM);
        readme = Files.readString(ROOT.resolve("README.md"));
        assertTrue(readme.contains(SECTION), "README.md has no section '" + SECTION + "'");
        install();
        String dependencies = block("xml");
        boolean whole = dependencies.contains("<dependencies>");
        write("pom.xml", POM.replace("DEPENDENCIES", whole ? dependencies : wrapped(dependencies)));
        write("src/main/java/Consumer.java", program(block("java")));
        maven("", "compile", CLASS_PATH);
        classPath = Arrays.stream(
                        Files.readString(folder.resolve("class.path")).strip().split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    @Test
    void readme_onDrawnPictures_trainsSavesAndPredicts() throws Exception {
        draw(Path.of(argument("ImageFolder\\.open")));
        HashState.write(folder.resolve(argument("Classifier\\.graft")), 10);
        Path stranger = folder.resolve(argument("\\.predict"));
        picture(stranger, Color.BLUE, 7);
        List<String> lines = run(java("Consumer"), Map.of()).lines().toList();
        assertEquals(21, lines.size(), lines::toString);
        List<Double> losses = new ArrayList<>();
        for (int epoch = 1; epoch <= 10; epoch++) {
            losses.add(Double.valueOf(only("Epoch " + epoch + "/10, Loss: (\\d\\.\\d+)", lines.get(2 * epoch - 2))));
            only("Validation Accuracy: (\\d+\\.\\d+)%", lines.get(2 * epoch - 1));
        }
        // All pictures are one batch, so the loss falls at every step. The trunk is random: more is not to be expected.
        assertEquals(losses.stream().sorted(Comparator.reverseOrder()).toList(), losses);
        double probability = Double.parseDouble(only("(?:red|blue) (\\d\\.\\d+)", lines.get(20)));
        assertTrue(probability >= 0.5 && probability <= 1, lines.get(20));
    }

    /** The one group of a pattern that a whole line must match. */
    private static String only(String pattern, String line) {
        Matcher m = Pattern.compile(pattern).matcher(line);
        assertTrue(m.matches(), () -> "'" + line + "' is not like " + pattern);
        return m.group(1);
    }

    @Test
    void dependencies_bringNativesOfOnePlatformOnly() throws IOException {
        List<String> natives = new ArrayList<>();
        long bytes = 0;
        for (Path jar : classPath) {
            if (NATIVES.matcher(jar.getFileName().toString()).matches()) {
                natives.add(jar.getFileName().toString().replaceAll("-[0-9].*-(?=linux|macosx|windows)", " "));
                bytes += Files.size(jar);
            }
        }
        natives.sort(null);
        assertEquals(
                List.of(
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
        Path before = folder.resolve("class.path");
        String here = Files.readString(before);
        maven("-Dos.arch=sparc", CLASS_PATH);
        assertEquals(here, Files.readString(before));
    }

    private static void maven(String jvmOption, String... goals) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("maven.home"), "bin", "mvn").toString());
        command.addAll(List.of("-q", "-B", "-Dmdep.outputFile=class.path"));
        command.add("-Dmaven.repo.local=" + folder.resolve("repository"));
        if (System.getProperty("graft.network").equals("offline=true")) {
            command.add("-o");
        }
        command.addAll(List.of(goals));
        run(command, Map.of("MAVEN_OPTS", jvmOption));
    }

    /** What {@code mvn install} leaves in a local repository: the library, its parent and the natives of one platform. */
    private static void install() throws IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Path users = Path.of(System.getProperty("graft.localRepository"));
        link(users, repository, "dev");
        if (Files.isDirectory(users.resolve("dev"))) {
            link(users.resolve("dev"), Files.createDirectories(repository.resolve("dev")), "graft");
        }
        String version = System.getProperty("graft.version");
        installed("graft-parent", version, ROOT.resolve("pom.xml"), "pom");
        installed("graft", version, ROOT.resolve("src/pom.xml"), "pom");
        installed("graft", version, ROOT.resolve("target/graft-" + version + ".jar"), "jar");
        String natives = "graft-natives-" + PLATFORM;
        installed(natives, version, ROOT.resolve("native-presets/platforms/" + PLATFORM + "/pom.xml"), "pom");
    }

    private static void link(Path from, Path into, String except) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(into.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    /** What was linked belongs to the user: JUnit removes the rest. */
    @AfterAll
    static void unlink() throws IOException {
        if (!Files.isDirectory(folder.resolve("repository"))) {
            return; // the test was skipped
        }
        try (Stream<Path> entries = Files.find(folder.resolve("repository"), 2, (p, a) -> a.isSymbolicLink())) {
            for (Path link : entries.toList()) {
                Files.delete(link);
            }
        }
    }

    private static void installed(String artifact, String version, Path file, String extension) throws IOException {
        Path place = folder.resolve("repository/dev/graft/" + artifact + "/" + version);
        Files.createDirectories(place);
        Files.copy(file, place.resolve(artifact + "-" + version + "." + extension));
    }

    /** The first fenced block of a language behind the section's title. */
    private static String block(String language) {
        Matcher m = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(readme.substring(readme.indexOf(SECTION)));
        assertTrue(m.find(), "README.md has no " + language + " block behind '" + SECTION + "'");
        return m.group(1);
    }

    /** The file that a call in the README's code names, such as {@code ImageFolder.open(Path.of("pets"))}. */
    private static String argument(String call) {
        Matcher m = Pattern.compile(call + "\\(\\s*Path\\.of\\(\"([^\"]+)\"").matcher(block("java"));
        assertTrue(m.find(), "the README's code calls no " + call + "(Path.of(...))");
        return m.group(1);
    }

    private static String wrapped(String dependencies) {
        return "<dependencies>" + dependencies + "</dependencies>";
    }

    /** The README's statements inside a main method, its imports above; all of Graft's packages are imported besides. */
    private static String program(String code) {
        Map<Boolean, List<String>> lines =
                code.lines().collect(Collectors.partitioningBy(line -> line.startsWith("import ")));
        return PROGRAM.replace("IMPORTS", String.join("\n", lines.get(true)))
                .replace("CODE", String.join("\n", lines.get(false)).indent(8));
    }

    private static void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static List<String> java(String main) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path = folder.resolve("target/classes")
                + classPath.stream().map(p -> File.pathSeparator + p).collect(Collectors.joining());
        return List.of(java, "-Xmx512m", "-cp", path, main);
    }

    /** Runs a program in the consumer's folder and gives what it printed; one that fails fails the test. */
    private static String run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "output", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String output = Files.readString(log);
        assertTrue(ended, () -> "did not end in five minutes: " + command + "\n" + output);
        assertEquals(0, process.waitFor(), () -> command + "\n" + output);
        return output;
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

    private static final String PROGRAM = """
            import dev.graft.batch.*;
            import dev.graft.data.*;
            import dev.graft.image.*;
            import dev.graft.model.*;
            import dev.graft.predict.*;
            import dev.graft.report.*;
            import dev.graft.torch.*;
            import dev.graft.train.*;
            import java.nio.file.Path;
            IMPORTS

            public class Consumer {
                public static void main(String[] args) throws Exception {
            CODE
                }
            }
            """;

    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>org.example</groupId>
              <artifactId>consumer</artifactId>
              <version>1</version>
              <properties>
                <maven.compiler.release>17</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
              DEPENDENCIES
              <build>
                <plugins>
                  <plugin>
                    <artifactId>maven-resources-plugin</artifactId>
                    <version>3.3.1</version>
                  </plugin>
                  <plugin>
                    <artifactId>maven-compiler-plugin</artifactId>
                    <version>3.14.1</version>
                  </plugin>
                  <plugin>
                    <artifactId>maven-dependency-plugin</artifactId>
                    <version>3.9.0</version>
                  </plugin>
                </plugins>
              </build>
            </project>
            """;
}
