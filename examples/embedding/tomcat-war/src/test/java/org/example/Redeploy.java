package org.example;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.startup.Tomcat;

/**
 * Deploys a WAR into a Tomcat again and again. Arguments: the WAR, a picture, its class, how often, and the folder with the jars
 * that all applications share, if there is one. With such a folder nothing of an application may stay when it is undeployed. Without,
 * Graft must warn.
 */
public class Redeploy {
    private static final List<String> WARNINGS = Collections.synchronizedList(new ArrayList<>());
    private static final Logger CATALINA = Logger.getLogger("org.apache.catalina"); // kept: loggers are weakly held
    private static final Logger GRAFT = Logger.getLogger("dev.graft");
    private static final int SETTLED = 3; // deployments after which memory must stay

    private final Tomcat tomcat = new Tomcat();
    private final String war;
    private final Path picture;
    private final String expected;
    private final boolean shared;
    private long settledResident;
    private long settledMetaspace;

    private Redeploy(String[] args) throws IOException {
        war = Path.of(args[0]).toAbsolutePath().toString();
        picture = Path.of(args[1]);
        expected = args[2];
        shared = args.length > 4;
        Path base = Files.createTempDirectory("tomcat");
        Files.createDirectories(base.resolve("webapps"));
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getConnector();
        tomcat.getHost();
        tomcat.setAddDefaultWebXmlToWebapp(false); // no JSP
        if (shared) tomcat.getEngine().setParentClassLoader(loaderOf(Path.of(args[4])));
    }

    public static void main(String[] args) throws Exception {
        CATALINA.addHandler(collector());
        GRAFT.addHandler(collector());
        Redeploy redeploy = new Redeploy(args);
        redeploy.tomcat.start();
        int failed = 0;
        for (int i = 1; i <= Integer.parseInt(args[3]); i++) failed += redeploy.deploy(i) ? 0 : 1;
        redeploy.tomcat.stop();
        redeploy.tomcat.destroy();
        if (failed > 0) System.out.println(failed + " deployments were not as expected");
        System.exit(failed > 0 ? 1 : 0);
    }

    private boolean deploy(int time) throws Exception {
        WARNINGS.clear();
        Context context = tomcat.addWebapp("/shapes", war);
        String answer = context.getState() == LifecycleState.STARTED ? answer() : "not deployed";
        WeakReference<ClassLoader> loader =
                new WeakReference<>(context.getLoader().getClassLoader());
        tomcat.getHost().removeChild(context);
        context = null;
        boolean collected = shared && isCollected(loader);
        List<String> threads = threads();
        long metaspace = metaspace();
        long resident = resident();
        System.out.printf(
                "deployment %d: %s; class loader %s, threads left: %s, metaspace %.1f MB, resident %d MB%n",
                time, answer, collected ? "collected" : "held", threads, metaspace / 1048576.0, resident >> 10);
        WARNINGS.forEach(w -> System.out.println("  " + w));
        if (!answer.equals(expected)) return false;
        if (!shared) return time == 1 || WARNINGS.stream().anyMatch(w -> w.contains(time + " class loaders of this JVM"));
        if (time <= SETTLED) {
            settledResident = Math.max(settledResident, resident);
            settledMetaspace = Math.max(settledMetaspace, metaspace);
        }
        boolean flat = metaspace <= settledMetaspace * 1.05 && resident <= settledResident * 1.25;
        return collected && threads.isEmpty() && flat && WARNINGS.isEmpty();
    }

    private String answer() throws Exception {
        URI address = URI.create("http://localhost:" + tomcat.getConnector().getLocalPort() + "/shapes/classify");
        HttpRequest request = HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofFile(picture))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }

    private static boolean isCollected(WeakReference<ClassLoader> loader) throws InterruptedException {
        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return loader.get() == null;
    }

    /** Threads of Graft, but for the one that there is once for the process. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("graft-") && !name.equals("graft-spare"))
                .toList();
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }

    /** In KB, on Linux. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return 0;
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** What Tomcat's lib folder is: a loader above those of the applications. */
    private static ClassLoader loaderOf(Path folder) throws IOException {
        List<URL> jars = new ArrayList<>();
        for (File jar : folder.toFile().listFiles((f, name) -> name.endsWith(".jar"))) jars.add(jar.toURI().toURL());
        return new URLClassLoader("shared", jars.toArray(URL[]::new), Redeploy.class.getClassLoader());
    }

    /** Tomcat looks for leaks when it undeploys an application, and warns; on a busy machine also of a thread of its own. */
    private static Handler collector() {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                String text = line.getMessage();
                if (line.getLevel().intValue() < Level.WARNING.intValue() || text.contains("[Catalina-utility-")) return;
                WARNINGS.add(text + (line.getThrown() == null ? "" : ": " + line.getThrown()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
