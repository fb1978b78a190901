package dev.graft.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.image.codec.NativeBytes;
import dev.graft.torch.Natives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class JavaCppTest {
    @TempDir
    Path folder;

    /** Reads bytes at the moment in which another thread is inside JavaCPP's loader. */
    static final class Together {
        /** The libraries of this process, as Linux tells. */
        private static final Path MAPS = Path.of("/proc/self/maps");

        public static void main(String[] args) throws InterruptedException {
            Thread loads = new Thread(Natives::load);
            Thread uses = new Thread(() -> {
                readClasses();
                while (!isInLoader()) Thread.onSpinWait();
                NativeBytes.copyOf(new byte[8]).close();
            });
            for (Thread thread : List.of(loads, uses)) {
                thread.setDaemon(true);
                thread.start();
            }
            loads.join(TimeUnit.SECONDS.toMillis(30));
            uses.join(TimeUnit.SECONDS.toMillis(30));
            for (Thread thread : List.of(loads, uses)) {
                if (!thread.isAlive()) continue;
                System.out.println("it hangs: " + Arrays.toString(thread.getStackTrace()));
                Runtime.getRuntime().halt(3);
            }
            System.out.println("both are done");
        }

        /** Finds classes without initialising those of JavaCPP, which takes longer than the moment that is looked for. */
        private static void readClasses() {
            try {
                ClassLoader loader = JavaCppTest.class.getClassLoader();
                for (Class<?> type : List.of(Pointer.class, BytePointer.class)) {
                    Class.forName(type.getName(), false, loader);
                }
                for (Class<?> type : List.of(NativeBytes.class, JavaCpp.class)) {
                    Class.forName(type.getName(), true, loader);
                }
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Whether the first library with a part in Java is being loaded: it will initialise JavaCPP's classes next. */
        private static boolean isInLoader() {
            try {
                return Files.readString(MAPS, StandardCharsets.ISO_8859_1).contains("/libjni");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Without the order that is tested here, one child in three hangs. */
    @EnabledOnOs(OS.LINUX)
    @RepeatedTest(5)
    void load_whileAnotherThreadUsesItsClasses_doesNotHang() throws IOException {
        ChildJvm.Result result = ChildJvm.run(folder, List.of(), Together.class);
        assertTrue(result.output().contains("both are done"), result.output());
        assertEquals(0, result.exit(), result.output());
    }
}
