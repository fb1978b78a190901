package dev.graft.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The user's cache folder: the environment variable {@code GRAFT_CACHE}, else the standard place of the operating
 * system.
 */
public final class CachePlace {
    private CachePlace() {}

    /** The cache folder for the environment of this process. */
    public static Path standard() throws IOException {
        return of(System::getenv, System.getProperty("os.name"), System.getProperty("user.home"));
    }

    /**
     * The cache folder for a given environment.
     *
     * @param environment gives the value of a variable, or null
     * @param system name of the operating system, as in {@code os.name}
     * @param home the user's home folder; may be null
     * @throws IOException when no folder is known
     */
    public static Path of(UnaryOperator<String> environment, String system, String home) throws IOException {
        Path named = variable("GRAFT_CACHE", environment);
        if (named != null) {
            return named;
        }
        boolean windows = system.toLowerCase(Locale.ROOT).startsWith("windows");
        boolean mac = system.toLowerCase(Locale.ROOT).startsWith("mac");
        Path base = mac ? null : variable(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME", environment);
        if (base == null || !base.isAbsolute()) { // the XDG specification says to ignore a relative path
            if (home == null || home.isEmpty() || home.equals("?")) {
                throw new IOException(
                        "cache: this user has no home folder; set GRAFT_CACHE to a folder, or give your own"
                                + " weights file (--weights FILE)");
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
            throw new IOException("cache: " + name + " is not a valid path: " + e.getMessage(), e);
        }
    }
}
