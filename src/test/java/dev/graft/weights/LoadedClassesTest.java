package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a file names is looked up: the JVM loads the same classes for a file that names many as for a clean one. */
class LoadedClassesTest {
    private static final String BEGIN = "-- begin";

    @TempDir
    Path folder;

    /** Reads the first file, then the second twice; what Java loads for the reading itself is there by then. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] files) throws IOException {
            read(Path.of(files[0]));
            System.out.println(BEGIN);
            read(Path.of(files[1]));
        }

        private static void read(Path file) throws IOException {
            try (WeightsFile open = WeightsFile.open(file)) {
                System.out.println(open.tensors().size() + " " + open.notes());
            }
        }
    }

    @Test
    void namesInAFile_loadNoClass() throws IOException {
        Path clean = write("clean.pth", "a.b", "C");
        Set<String> byClean = loaded(clean, clean);
        assertEquals(byClean, loaded(clean, write("hostile.pth", "java.util.logging", "FileHandler")));
        assertEquals(byClean, loaded(clean, write("own.pth", "dev.graft.weights", "StateDictWriter")));
        assertTrue(loaded(WeightsFiles.golden("module.pth"), clean).size() > 0, "the log tells of classes at all");
    }

    /** The classes that are loaded while the second file is read, after the first. */
    private Set<String> loaded(Path first, Path second) throws IOException {
        List<String> flags = List.of("-Xlog:class+load=info:stdout:none", "-Xshare:auto");
        ChildJvm.Result result = ChildJvm.run(folder, flags, Reader.class, first, second);
        assertEquals(0, result.exit(), result.output());
        List<String> lines = new ArrayList<>(result.output().lines().toList());
        List<String> after = lines.subList(lines.indexOf(BEGIN) + 1, lines.size());
        assertTrue(after.stream().anyMatch(line -> line.startsWith("1 [")), result.output());
        Set<String> classes = new TreeSet<>();
        for (String line : after)
            if (line.contains(" source: ")) classes.add(line.substring(0, line.indexOf(" source: ")));
        return classes;
    }

    /** A checkpoint of a tensor, with an object of the class by each opcode and its name as texts. */
    private Path write(String file, String module, String name) throws IOException {
        PickleBytes p = new PickleBytes().ops("}").text("model").ops("}").text("t");
        p.tensor(4, 0, new long[] {4}, new long[] {1}).ops("ss").text("beside").ops("](");
        p.global(module, name).ops(")\u0081}").text(module + "." + name).ops("Nsb"); // an object and its state
        p.global(module, name).text(name).op(0x85, 'R'); // a call
        p.text(module).text(name).op(0x93).ops(")R"); // a name from the stack
        Files.deleteIfExists(folder.resolve(file));
        return WeightsFiles.archive(folder.resolve(file), p.ops("es").stop(), new byte[16]);
    }
}
