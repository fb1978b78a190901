package dev.graft.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.Natives;
import dev.graft.torch.SharedCores;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassLoadersTest {
    /** What an application on a server does that shares Graft with others. */
    public static final class Application implements Runnable {
        @Override
        public void run() {
            Natives.load();
            SharedCores.expect();
            ExitGuard.serve().close();
            new CompletableFuture<>().orTimeout(1, TimeUnit.NANOSECONDS);
        }
    }

    /** Defines that one class itself, as a web application's class loader does. */
    private static final class ApplicationLoader extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Application.class.getName())) return super.loadClass(name, resolve);
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length); // in a protection domain that refers to this
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** A server: an application that shares Graft with it comes and goes, then another brings Graft along. */
    public static final class Server {
        /** Prints what has become of them. */
        public static void main(String[] args) throws Exception {
            WeakReference<ClassLoader> first = deploy();
            for (int i = 0; i < 50 && first.get() != null; i++) {
                System.gc();
                Thread.sleep(20);
            }
            System.out.println(first.get() == null ? "collected" : "still held");
            String[] path = System.getProperty("java.class.path").split(File.pathSeparator);
            URL[] urls = Arrays.stream(path).map(Server::url).toArray(URL[]::new);
            ClassLoader own = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
            own.loadClass(Natives.class.getName()).getMethod("load").invoke(null);
            System.out.println("loaded again");
        }

        private static WeakReference<ClassLoader> deploy() throws Exception {
            ClassLoader loader = new ApplicationLoader();
            Runnable application = (Runnable) loader.loadClass(Application.class.getName())
                    .getConstructor()
                    .newInstance();
            Thread thread = new Thread(application);
            thread.setContextClassLoader(loader);
            thread.start();
            thread.join();
            return new WeakReference<>(loader);
        }

        private static URL url(String entry) {
            try {
                return new File(entry).toURI().toURL();
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void applications_thatShareGraft_areFreed_andOneWithItsOwn_isWarned(@TempDir Path folder) throws Exception {
        ChildJvm.Result result = ChildJvm.run(folder, List.of("-Xmx256m", "-XX:+UseSerialGC"), Server.class);
        assertEquals(0, result.exit(), result::output);
        assertTrue(result.output().contains("collected\n"), result::output);
        assertTrue(result.output().endsWith("loaded again\n"), result::output);
        List<String> warnings = result.output()
                .lines()
                .filter(line -> line.startsWith("WARNING: "))
                .toList();
        assertEquals(1, warnings.size(), result::output);
        assertTrue(
                warnings.get(0).matches(".*natives: 2 class loaders of this JVM .* scope provided.*docs/embedding.md"),
                warnings.get(0));
    }

    @Test
    void conflict_namesTheRemedy() {
        LinkageError other = new UnsatisfiedLinkError("Native Library x.so already loaded in another classloader");
        LinkageError outer = new NoClassDefFoundError("Could not initialize class torch");
        assertNull(ClassLoaders.conflict(outer));
        outer.initCause(other);
        String said = ClassLoaders.conflict(outer);
        assertTrue(said.contains("another class loader") && said.contains("scope provided"), said);
    }
}
