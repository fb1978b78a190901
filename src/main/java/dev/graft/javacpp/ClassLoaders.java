package dev.graft.javacpp;

/**
 * Notices when Graft is in several class loaders of one JVM, such as in the WEB-INF/lib of a web application that is deployed again.
 * JavaCPP then loads a copy of its bindings for each; LibTorch itself is there once. A class loader that has loaded native
 * libraries is never freed.
 */
public final class ClassLoaders {
    /** Of the JVM: how many class loaders have loaded LibTorch through Graft. */
    private static final String COUNT = "dev.graft.classLoaders";

    private static final String REMEDY =
            "put the jars of Graft and all that it depends on where all applications share them"
                    + " (in Tomcat the folder lib of the server; in the WAR's pom the scope provided), and restart the server; see"
                    + " docs/embedding.md";

    private ClassLoaders() {}

    /** Warns if another class loader has done this before. Call it once when LibTorch is loaded. */
    public static void countThis() {
        int earlier;
        synchronized (System.getProperties()) {
            earlier = Integer.getInteger(COUNT, 0);
            System.setProperty(COUNT, Integer.toString(earlier + 1));
        }
        if (earlier > 0)
            System.getLogger("dev.graft")
                    .log(
                            System.Logger.Level.WARNING,
                            "natives: " + (earlier + 1)
                                    + " class loaders of this JVM have loaded LibTorch, each with its own"
                                    + " jars of Graft; each keeps about 65 MB until the JVM ends, also when its"
                                    + " application is undeployed; " + REMEDY);
    }

    /** What to say of an error if it is that another class loader has the library; null if it is not. */
    public static String conflict(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (String.valueOf(e.getMessage()).contains("already loaded in another classloader"))
                return "natives: another class loader of this JVM has loaded LibTorch, and a second one cannot; "
                        + REMEDY;
        }
        return null;
    }
}
