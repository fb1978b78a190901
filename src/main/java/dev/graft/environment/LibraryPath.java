package dev.graft.environment;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where Linux's loader looks for shared libraries.
 *
 * @param folders of {@code LD_LIBRARY_PATH}, and the standard ones
 * @param cache the names in {@code ld.so.cache}, as text
 */
record LibraryPath(List<Path> folders, String cache) {
    private static final List<String> STANDARD =
            List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu");

    static LibraryPath read() {
        return read(System.getenv("LD_LIBRARY_PATH"), Path.of("/etc/ld.so.cache"));
    }

    /** @param variable the value of {@code LD_LIBRARY_PATH}; may be null */
    static LibraryPath read(String variable, Path cache) {
        Stream<String> named = variable == null ? Stream.of() : Arrays.stream(variable.split(File.pathSeparator));
        List<Path> folders = Stream.concat(named.filter(f -> !f.isEmpty()), STANDARD.stream())
                .map(Path::of)
                .toList();
        try {
            return new LibraryPath(folders, Files.readString(cache, StandardCharsets.ISO_8859_1));
        } catch (IOException e) { // not glibc: the folders are all
            return new LibraryPath(folders, "");
        }
    }

    boolean has(String library) {
        return cache.contains("/" + library + "\0") || folders.stream().anyMatch(f -> Files.exists(f.resolve(library)));
    }
}
