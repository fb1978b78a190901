package dev.graft.features;

import dev.graft.data.Sample;
import dev.graft.distributed.RankGroup;
import dev.graft.files.Digests;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The contents of the picture files of a list of samples: the SHA-256 of each file, read once for all uses. Thread-safe.
 */
public final class Contents {
    private final List<Sample> samples;
    private final List<Digest> digests;

    private Contents(List<Sample> samples, List<Digest> digests) {
        this.samples = samples;
        this.digests = digests;
    }

    /**
     * Reads each file once. A file that cannot be read, or is too large for a picture, has no digest; the decoder
     * reports the reason later.
     *
     * @param threads the number of reading threads, at least 1
     * @param stop checked by the calling thread every half second while it waits
     * @return empty if a stop was requested before all files were read
     * @throws InterruptedIOException if the calling thread is interrupted
     */
    public static Optional<Contents> of(List<Sample> samples, int threads, BooleanSupplier stop)
            throws InterruptedIOException {
        List<Path> files = samples.stream().map(Sample::file).toList();
        return Digest.ofFiles(files, threads, stop).map(digests -> new Contents(List.copyOf(samples), digests));
    }

    /**
     * The same for ranks that each read a share of the files.
     *
     * @return empty, on all ranks, if a stop was requested on one of them
     * @throws dev.graft.distributed.RankException if another rank has failed
     */
    public static Optional<Contents> of(List<Sample> samples, int threads, BooleanSupplier stop, RankGroup ranks)
            throws InterruptedIOException {
        int count = ranks.size();
        int[] own = IntStream.range(0, samples.size())
                .filter(i -> i % count == ranks.rank())
                .toArray();
        Optional<List<Digest>> mine = Digest.ofFiles(
                IntStream.of(own).mapToObj(i -> samples.get(i).file()).toList(), threads, stop);
        ranks.exchange(""); // they may read at different speed
        if (ranks.any(mine.isEmpty())) return Optional.empty();
        Digest[] all = new Digest[samples.size()];
        List<byte[]> parts = ranks.gather(Digest.bytes(mine.get()));
        for (int r = 0; r < count; r++) {
            List<Digest> part = Digest.read(parts.get(r));
            for (int i = 0; i < part.size(); i++) all[i * count + r] = part.get(i);
        }
        return Optional.of(new Contents(List.copyOf(samples), Arrays.asList(all)));
    }

    /** The contents of the samples from {@code from} (inclusive) to {@code to} (exclusive). */
    public Contents part(int from, int to) {
        return new Contents(samples.subList(from, to), digests.subList(from, to));
    }

    /** The samples, in the order in which they were given. */
    public List<Sample> samples() {
        return samples;
    }

    /** The digest of each sample's file; null if there is none. */
    List<Digest> digests() {
        return digests;
    }

    /**
     * One SHA-256 over the whole list, as hexadecimal digits. It covers the class, or all labels, and the content of each picture, in
     * order. File and folder names are not included, except the name of a file that cannot be read.
     */
    public String fingerprint() {
        MessageDigest sha = Digests.sha256();
        for (int i = 0; i < samples.size(); i++) {
            String content = digests.get(i) == null
                    ? "unreadable " + samples.get(i).file().getFileName()
                    : digests.get(i).hex();
            String labels =
                    samples.get(i).labels().stream().map(String::valueOf).collect(Collectors.joining(","));
            sha.update((labels + " " + content + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(sha.digest());
    }
}
