package dev.graft.batch;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a run caches decoded pictures (height x width x 3 bytes each), so that it reads and decodes each picture only
 * once. It does not change any result. The first read of a picture counts for the whole run, also if it failed. This is
 * only a setting; it holds no memory.
 *
 * @param folder of the temporary file; empty for memory outside Java's heap
 * @param mostBytes the largest size, at least 0; 0 for no cache. Pictures that do not fit are decoded in every epoch
 */
public record PixelCache(Optional<Path> folder, long mostBytes) {
    /** No cache. */
    public static final PixelCache OFF = inMemory(0);

    /** Checks the range. */
    public PixelCache {
        if (mostBytes < 0) {
            throw new IllegalArgumentException("pixel cache: the size must be at least 0 bytes, was " + mostBytes);
        }
    }

    /** In memory outside Java's heap. It grows as pictures are read and is freed at the end of the run. */
    public static PixelCache inMemory(long mostBytes) {
        return new PixelCache(Optional.empty(), mostBytes);
    }

    /**
     * In memory, with a default size: a quarter of the memory of the machine (or container), but at most half of what
     * is available now.
     */
    public static PixelCache inMemory() {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return inMemory(Math.min(machine.getTotalMemorySize() / 4, available(machine) / 2));
    }

    /** Memory available without swapping: free memory, and on Linux the page cache too. */
    private static long available(OperatingSystemMXBean machine) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // not Linux
        }
        return machine.getFreeMemorySize();
    }

    /**
     * In a temporary file, which disappears at the end of the run, even if the process is killed. If the disk is full,
     * no more pictures are cached; the run continues.
     *
     * @param folder must exist
     */
    public static PixelCache onDisk(Path folder, long mostBytes) {
        return new PixelCache(Optional.of(folder), mostBytes);
    }

    /**
     * The same with at most half of the disk's free space.
     *
     * @throws IOException when there is no such folder
     */
    public static PixelCache onDisk(Path folder) throws IOException {
        requireFolder(folder);
        return onDisk(folder, Files.getFileStore(folder).getUsableSpace() / 2);
    }

    static void requireFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("pixel cache: there is no folder " + folder + "; make it, or give another one");
        }
    }
}
