package dev.graft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Maven project of its own that depends on what this build has packed.
 *
 * <p>Its local repository is new. Third-party artifacts are linked into it from the user's own, so nothing comes from the
 * network that is there already; everything of Graft comes from this build. Closing takes the links away.
 */
record ConsumerProject(Path folder, Path root) implements AutoCloseable {
    private static final String CLASS_PATH = "class.path";

    /** What only the examples of embedding need: their downloads go into the user's repository by these links. */
    private static final List<String> NEW_GROUPS = List.of("aopalliance", "ch");

    /** Versions that this build uses too: they are in the user's repository already. */
    private static final String PLUGINS = """
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

    /** The jars that Maven gives the project. */
    List<Path> classPath() throws IOException {
        String text = Files.readString(folder.resolve(CLASS_PATH)).strip();
        return Arrays.stream(text.split(File.pathSeparator)).map(Path::of).toList();
    }

    /** Writes the project's pom, with the versions of Maven's plugins added. */
    void pom(String whole) throws IOException {
        String end = "</project>\n";
        assertTrue(whole.endsWith(end), whole);
        write("pom.xml", whole.substring(0, whole.length() - end.length()) + PLUGINS);
    }

    /** Writes a file of the project. */
    void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** Runs Maven, without the network when this build runs without. */
    void maven(String jvmOption, String... goals) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("maven.home"), "bin", "mvn").toString());
        command.addAll(List.of("-q", "-B", "-Dmdep.outputFile=" + CLASS_PATH));
        command.add("-Dmaven.repo.local=" + folder.resolve("repository"));
        if (System.getProperty("graft.network").equals("offline=true")) {
            command.add("-o");
        }
        command.addAll(List.of(goals));
        run(command, Map.of("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 " + jvmOption)); // it lives for seconds
    }

    /** What {@code mvn install} leaves in a local repository: the library, its parent and the natives of one platform. */
    void install(String platform) throws IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Path users = Path.of(System.getProperty("graft.localRepository"));
        for (String group : NEW_GROUPS) Files.createDirectories(users.resolve(group));
        link(users, repository, "dev");
        if (Files.isDirectory(users.resolve("dev"))) {
            link(users.resolve("dev"), Files.createDirectories(repository.resolve("dev")), "graft");
        }
        String version = System.getProperty("graft.version");
        installed("graft-parent", version, root.resolve("pom.xml"), "pom");
        installed("graft", version, root.resolve("src/pom.xml"), "pom");
        installed("graft", version, root.resolve("target/graft-" + version + ".jar"), "jar");
        Path kernels = root.resolve("native-presets/target");
        installed("graft-native", version, root.resolve("native-presets/pom.xml"), "pom");
        installed("graft-native", version, kernels.resolve("graft-native-" + version + ".jar"), "jar");
        String library = "graft-native-" + version + "-" + platform + ".jar";
        Files.copy(
                kernels.resolve(library),
                folder.resolve("repository/dev/graft/graft-native/" + version + "/" + library));
        String natives = "graft-natives-" + platform;
        installed(natives, version, root.resolve("native-presets/platforms/" + platform + "/pom.xml"), "pom");
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

    private void installed(String artifact, String version, Path file, String extension) throws IOException {
        Path place = folder.resolve("repository/dev/graft/" + artifact + "/" + version);
        Files.createDirectories(place);
        Files.copy(file, place.resolve(artifact + "-" + version + "." + extension));
    }

    /** Runs a program in the project's folder and gives what it printed; one that fails fails the test. */
    private String run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "output", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .put("GRAFT_CACHE", folder.resolve("cache").toString()); // nothing goes into the user's own
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String output = Files.readString(log);
        assertTrue(ended, () -> "did not end in five minutes: " + command + "\n" + output);
        assertEquals(0, process.waitFor(), () -> command + "\n" + output);
        return output;
    }

    /** Runs a class of the project and gives what it printed. */
    String java(String main) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String jars = classPath().stream().map(p -> File.pathSeparator + p).collect(Collectors.joining());
        return run(List.of(java, "-Xmx512m", "-cp", folder.resolve("target/classes") + jars, main), Map.of());
    }

    /** Whether Maven can get what Spring Boot needs. */
    boolean hasSpringBoot() {
        return System.getProperty("graft.network").equals("offline=false")
                || Files.isDirectory(folder.resolve("repository/ch/qos/logback"));
    }

    /** Runs a script of examples/embedding with this project's repository and gives what it printed. */
    String embedding(String script, Map<String, String> environment) throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("GRAFT_REPOSITORY", folder.resolve("repository").toString());
        all.put("MAVEN_ARGS", System.getProperty("graft.network").equals("offline=true") ? "-o" : "");
        all.put("PATH", Path.of(System.getProperty("maven.home"), "bin") + File.pathSeparator + System.getenv("PATH"));
        Path file = root.resolve("examples/embedding").resolve(script);
        return run(List.of("sh", file.toString()), all);
    }

    /** What was linked belongs to the user; the rest goes with the folder. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> entries = Files.find(folder.resolve("repository"), 2, (p, a) -> a.isSymbolicLink())) {
            for (Path link : entries.toList()) {
                Files.delete(link);
            }
        }
    }
}
