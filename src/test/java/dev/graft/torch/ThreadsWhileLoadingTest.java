package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.javacpp.KernelLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ThreadsWhileLoadingTest {
    private static final int LIBRARIES = 300;

    @TempDir
    Path folder;

    /** Sets the number of threads again and again while another thread loads one library after the other. */
    static final class SetsThreads {
        public static void main(String[] args) throws Exception {
            Natives.load();
            Path library = Path.of(Loader.load(openblas_nolapack.class));
            Thread loads = new Thread(() -> {
                for (int i = 0; i < LIBRARIES; i++)
                    load(library, Path.of(args[0]).resolve(i + ".so"));
            });
            Thread sets = new Thread(() -> {
                for (int i = 0; loads.isAlive(); i++) Threads.set(1 + i % 2);
            });
            for (Thread thread : List.of(loads, sets)) {
                thread.setDaemon(true);
                thread.start();
            }
            sets.join(TimeUnit.SECONDS.toMillis(60));
            System.out.println(sets.isAlive() ? "it hangs" : "both are done");
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }

        /** A copy is another library for the system's loader. */
        private static void load(Path library, Path copy) {
            try {
                Loader.loadGlobal(Files.copy(library, copy).toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void set_whileAnotherThreadLoadsLibraries_doesNotHang() throws IOException {
        Assumptions.assumeTrue(
                KernelLibrary.here(), "there are no kernels of Graft: JavaCPP's way is used, which can hang");
        ChildJvm.Result result = ChildJvm.run(folder, List.of(), SetsThreads.class, folder);
        assertTrue(result.output().contains("both are done"), result.output());
        assertEquals(0, result.exit(), result.output());
    }
}
