package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.batch.PixelCache;
import dev.graft.hub.CacheFolder;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.apache.commons.cli.Option;

/**
 * The options for the device, the threads and the caches.
 *
 * @param deviceName auto, cpu, cuda or cuda:N
 * @param threads the number of threads that compute; empty for the library's default
 * @param cache the folder of features; null for none
 * @param pixels the folder for pixels that are kept during the run; null to keep them in memory
 * @param keepsPixels whether pixels are kept
 */
record MachineOptions(String deviceName, OptionalInt threads, Path cache, Path pixels, boolean keepsPixels) {
    static List<Option> table() {
        return List.of(
                option("device", "NAME", "auto, cpu, cuda or cuda:N. Default: auto"),
                option(
                        "threads",
                        "N",
                        "threads that compute; as many again, eight at most, decode pictures beside them. Default: the physical cores, or"
                                + " the processors that the container leaves if those are fewer"),
                option(
                        "cache",
                        "DIR|off",
                        "with the recipes fast and auto: keeps what the network made of each picture, for later runs; treat the folder as"
                                + " the pictures themselves. Default: graft/features in this user's cache folder"),
                option(
                        "pixel-cache",
                        "memory|DIR|off",
                        "with the recipe reference: keeps the pixels of each picture from the first epoch on instead of decoding it in"
                                + " every one. In memory (at most a quarter of the machine's and half of what is free), or in a temporary"
                                + " file in DIR (at most half of the disk's room) that is gone with the run. Default: memory"));
    }

    /** @param once whether pictures pass the frozen layers once in a new run */
    static MachineOptions of(Arguments args, boolean once) {
        return new MachineOptions(
                args.text("device", "auto"),
                args.count("threads", 1024),
                cache(args, once),
                pixels(args, once && !args.has("resume")),
                !"off".equals(args.text("pixel-cache", null)));
    }

    private static Path cache(Arguments args, boolean once) {
        if ("off".equals(args.text("cache", null))) return null;
        if (!once && args.has("cache")) {
            throw new IllegalArgumentException(
                    "--cache: goes with --recipe fast; the recipe reference has no features to keep; leave it out");
        }
        Path given = args.has("cache") ? args.path("cache", null) : null;
        if (given != null && Files.exists(given) && !Files.isDirectory(given)) {
            throw new IllegalArgumentException("--cache: " + given + " is a file; give a folder, or off");
        }
        try {
            return args.has("cache")
                    ? args.path("cache", null)
                    : CacheFolder.standard().folder().resolve("features");
        } catch (IOException e) { // the user has no home folder: nothing is kept
            return null;
        }
    }

    private static Path pixels(Arguments args, boolean once) {
        String place = args.text("pixel-cache", "memory");
        if (once && args.has("pixel-cache")) {
            throw new IllegalArgumentException("--pixel-cache: goes with --recipe reference; the others decode each"
                    + " picture once and needs none; leave it out");
        }
        return place.equals("memory") || place.equals("off") ? null : args.path("pixel-cache", null);
    }

    /** The cache for pixels during the run. */
    PixelCache pixelCache() throws IOException {
        if (!keepsPixels) return PixelCache.OFF;
        return pixels == null ? PixelCache.inMemory() : PixelCache.onDisk(pixels);
    }

    /** Checks that a named device exists. With auto, there is always a device. */
    void requireDevice() {
        if (!deviceName.equals("auto")) device();
    }

    /** The device that {@code --device} names. */
    ComputeDevice device() {
        try {
            return ComputeDevice.of(deviceName);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage(), e);
        }
    }
}
