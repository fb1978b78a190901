package dev.graft.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Where a user's cache is: what {@code GRAFT_CACHE} says, else what the operating system has agreed on. */
public final class CachePlace {
    private CachePlace() {}

    /** Of the user whose environment this process has. */
    public static Path standard() throws IOException {
        return of(System::getenv, System.getProperty("os.name"), System.getProperty("user.home"));
    }

    /**
     * Of any user.
     *
     * @throws IOException when no place is known
     */
    public static Path of(UnaryOperator<String> environment, String system, String home) throws IOException {
        Path named = variable("GRAFT_CACHE", environment);
        if (named != null) {
            return named;
        }
        boolean windows = system.toLowerCase(Locale.ROOT).startsWith("windows");
        boolean mac = system.toLowerCase(Locale.ROOT).startsWith("mac");
        Path base = mac ? null : variable(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME", environment);
        if (base == null || !base.isAbsolute()) { // the XDG specification: a relative path is to be ignored
            if (home == null || home.isEmpty() || home.equals("?")) {
                throw new IOException(
                        "cache: this user has no home folder; name a folder with GRAFT_CACHE, or give a file"
                                + " of your own (--weights FILE)");
            }
            base = Path.of(home).resolve(windows ? "AppData/Local" : mac ? "Library/Caches" : ".cache");
        }
        return windows ? base.resolve("graft").resolve("cache") : base.resolve("graft");
    }

    private static Path variable(String name, UnaryOperator<String> environment) throws IOException {
        String value = environment.apply(name);
        try {
            return value == null || value.isEmpty() ? null : Path.of(value);
        } catch (InvalidPathException e) {
            throw new IOException("cache: " + name + " names no folder: " + e.getMessage(), e);
        }
    }
}
