package dev.graft.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.torch.Natives;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs without natives, on the class path and on the module path: each is told what cures it, and the cure is tried. */
class NativeJarsTest {
    private static final String PLATFORM = Loader.getPlatform();
    private static final String DEPENDENCY = "dependency dev.graft:graft-natives-" + PLATFORM + " (type pom)";

    @TempDir
    Path folder;

    /** Loads all that is native and prints what became of it. */
    static final class Loads {
        public static void main(String[] args) {
            System.out.println("torch " + outcome(Natives::load));
            System.out.println("opencv " + outcome(() -> new PictureReader(Preprocessing.standard())));
            System.out.println("kernels " + KernelLibrary.description());
        }

        private static String outcome(Runnable loading) {
            try {
                loading.run();
                return "loaded";
            } catch (RuntimeException e) {
                return "refused: " + e.getMessage();
            }
        }
    }

    @Test
    void remedy_onTheClassPath_isTheDependency() throws IOException {
        String said = classPath(entries(false));
        for (String name : List.of("torch refused: natives: no LibTorch", "opencv refused: natives: no OpenCV"))
            assertTrue(said.contains(name + " for " + PLATFORM + " on the class path; add the " + DEPENDENCY), said);
        assertTrue(said.contains("kernels Java's: no kernels of Graft for " + PLATFORM + " on the class path\n"), said);
        assertFalse(said.contains("module"), said);
        assertTrue(classPath(all()).contains("torch loaded\nopencv loaded\n"));
    }

    @Test
    void remedy_onTheModulePathWithoutNatives_isTheirJarsAndAFlag() throws IOException {
        String said = modulePath(entries(false));
        for (String name : List.of("torch refused: natives: no LibTorch", "opencv refused: natives: no OpenCV"))
            assertTrue(
                    said.contains(name + " for " + PLATFORM + " on the module path; put the jars of the " + DEPENDENCY
                            + " on it"),
                    said);
        assertTrue(said.contains("--add-modules ALL-MODULE-PATH, or put them on the class path (-cp) beside it"), said);
        assertTrue(modulePath(all(), "--add-modules", "ALL-MODULE-PATH").contains("torch loaded\nopencv loaded\n"));
        assertTrue(modulePath(entries(false), "-cp", joined(entries(true))).contains("torch loaded\nopencv loaded\n"));
    }

    @Test
    void remedy_onTheModulePathButNotNamed_listsTheModulesToAdd() throws IOException {
        List<String> path = new ArrayList<>(all());
        path.add(emptyKernels());
        String said = modulePath(path);
        Matcher flag = Pattern.compile("no module requires it; start Java with --add-modules ([^ ;]+);")
                .matcher(said);
        assertTrue(flag.find(), said);
        assertTrue(
                said.contains("kernels Java's: no module requires Graft's kernels (start Java with"
                        + " --add-modules dev.graft.natives.libraries)"),
                said);
        assertTrue(modulePath(path, "--add-modules", flag.group(1)).contains("torch loaded\nopencv loaded\n"));
    }

    @Test
    void remedy_onlyOpenBlasIsMissing_namesItAndNotTheCacheFolder() throws IOException {
        List<String> path = all().stream()
                .filter(entry -> !isNative(entry) || !name(entry).startsWith("openblas"))
                .toList();
        String said = classPath(path);
        assertTrue(
                said.contains("torch refused: natives: no OpenBLAS for " + PLATFORM + " on the class path; add"), said);
        assertTrue(
                said.contains("opencv refused: natives: no OpenBLAS for " + PLATFORM + " on the class path; add"),
                said);
        assertFalse(said.contains("cache"), said);
    }

    private String classPath(List<String> path) throws IOException {
        return run("-cp", joined(path) + File.pathSeparator + tests(), Loads.class.getName());
    }

    /** Graft as a module, with this test in it. */
    private String modulePath(List<String> path, String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-p", joined(path), "--patch-module", "dev.graft=" + tests()));
        arguments.addAll(List.of(flags));
        arguments.addAll(List.of("-m", "dev.graft/" + Loads.class.getName()));
        return run(arguments.toArray(String[]::new));
    }

    private String run(String... arguments) throws IOException {
        ChildJvm.Result child = ChildJvm.runJava(folder, List.of(arguments));
        assertEquals(0, child.exit(), child.output());
        return child.output();
    }

    /** A jar that says it is the module of the kernels, and is empty. */
    private String emptyKernels() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", "dev.graft.natives.libraries");
        Path jar = folder.resolve("kernels.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar.toString();
    }

    /** What Graft needs to run: of this build, of JavaCPP and Jackson, and the natives; no tests. */
    private static List<String> all() {
        return Stream.concat(entries(false).stream(), entries(true).stream()).toList();
    }

    private static List<String> entries(boolean natives) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(".*(bytedeco|jackson|native-presets|graft-native).*")
                        || entry.endsWith("classes"))
                .filter(entry -> !entry.endsWith("test-classes") && isNative(entry) == natives)
                .filter(entry -> Files.exists(Path.of(entry)))
                .toList();
    }

    private static boolean isNative(String entry) {
        return name(entry).contains(PLATFORM) || Path.of(entry).endsWith("target/native");
    }

    private static String name(String entry) {
        return Path.of(entry).getFileName().toString();
    }

    private static String tests() {
        return Path.of(System.getProperty("java.class.path").split(File.pathSeparator)[0])
                .toString();
    }

    private static String joined(List<String> path) {
        return path.stream().collect(Collectors.joining(File.pathSeparator));
    }
}
