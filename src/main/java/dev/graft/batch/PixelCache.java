package dev.graft.batch;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a run keeps the pixels that it has made of its pictures (height x width x 3 bytes each), so that it reads and
 * decodes each picture once and not in every epoch. It changes no number. What a picture was when it was first read
 * counts to the run's end, also that it could not be read. This is an option and holds nothing itself.
 *
 * @param folder of the temporary file; empty for memory outside Java's heap
 * @param mostBytes that may be taken, 0 for no cache; pictures beyond are decoded in every epoch
 */
public record PixelCache(Optional<Path> folder, long mostBytes) {
    /** None. */
    public static final PixelCache OFF = inMemory(0);

    /** Checks the range. */
    public PixelCache {
        if (mostBytes < 0) {
            throw new IllegalArgumentException("pixel cache: must be at least 0 bytes, was " + mostBytes);
        }
    }

    /** In memory outside Java's heap, which is taken as pictures come and given back at the run's end. */
    public static PixelCache inMemory(long mostBytes) {
        return new PixelCache(Optional.empty(), mostBytes);
    }

    /**
     * In memory, as much as a machine can spare: a quarter of what it (or the container) has, but no more than half of what
     * is available now, since others want some too.
     */
    public static PixelCache inMemory() {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return inMemory(Math.min(machine.getTotalMemorySize() / 4, available(machine) / 2));
    }

    /** What can be had without swapping: free memory, and on Linux what holds copies of files too. */
    private static long available(OperatingSystemMXBean machine) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no Linux
        }
        return machine.getFreeMemorySize();
    }

    /**
     * In a temporary file, which has no name on Linux and macOS and is deleted by the system on Windows: it is gone when the
     * run ends, however it ends. A full disk ends the keeping, not the run.
     *
     * @param folder must exist
     */
    public static PixelCache onDisk(Path folder, long mostBytes) {
        return new PixelCache(Optional.of(folder), mostBytes);
    }

    /**
     * The same with at most half of the room that the disk has now.
     *
     * @throws IOException when there is no such folder
     */
    public static PixelCache onDisk(Path folder) throws IOException {
        requireFolder(folder);
        return onDisk(folder, Files.getFileStore(folder).getUsableSpace() / 2);
    }

    static void requireFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("pixel cache: there is no folder " + folder + "; make it, or name another");
        }
    }
}
