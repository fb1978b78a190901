package dev.graft.features;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.BatchStream;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.files.Digests;
import dev.graft.model.Classifier;
import dev.graft.model.fuse.Calibration;
import dev.graft.model.fuse.Calibrator;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.InferenceMode;

/**
 * Calibrates the frozen layers of a classifier with some of its samples: the pictures whose SHA-256 sorts first. So the
 * choice depends on the content only, not on file names or order. A store keeps the result, so a later run with these
 * pictures gets the same calibration without a pass. Use it from one thread; the caller still owns everything that it
 * passes in.
 */
public record CalibrationPass(
        Classifier classifier, BatchLoader loader, Staging staging, Optional<FeatureStore> store) {
    /** The number of different pictures that are used, if there are that many. */
    public static final int PICTURES = 32;

    /**
     * The calibration computed from some of these pictures.
     *
     * @throws IOException if a picture cannot be read and the loader does not skip such pictures (the message names it),
     *     or if no picture could be read
     */
    public Calibration of(Contents contents) throws IOException {
        List<Digest> digests = contents.digests();
        Map<Digest, Integer> first = new TreeMap<>();
        for (int i = 0; i < digests.size(); i++) {
            if (digests.get(i) != null) first.putIfAbsent(digests.get(i), i);
        }
        List<Digest> chosen = first.keySet().stream().limit(PICTURES).toList();
        int[] order = chosen.stream().mapToInt(first::get).toArray();
        int size = Calibration.size(classifier.card().network());
        String key = key();
        Digest all = digest(chosen);
        float[] kept = new float[size];
        Map<Digest, Integer> wanted = new HashMap<>(Map.of(all, 0));
        store.ifPresent(s ->
                s.find(key, wanted, size, (row, bytes) -> bytes.asFloatBuffer().get(kept)));
        if (wanted.isEmpty()) return new Calibration(kept);
        try (Calibrator calibrator = new Calibrator(classifier)) {
            boolean seenAll = see(calibrator, contents.samples(), order) == order.length;
            Calibration made = calibrator.calibration();
            if (seenAll) store.ifPresent(s -> s.add(key, new ArrayList<>(List.of(all)), bytes(made.ranges()), size));
            return made;
        }
    }

    /** Returns the number of pictures that could be read. */
    private int see(Calibrator calibrator, List<Sample> samples, int[] order) throws IOException {
        int seen = 0;
        try (BatchStream stream = loader.stream(samples, order, 0);
                InferenceMode inference = new InferenceMode(true)) {
            for (HostBatch host = stream.next(); host != null; host = stream.next()) {
                try (NativeScope step = NativeScope.open()) {
                    calibrator.see(staging.toDevice(host).images());
                }
                seen += host.size();
            }
        }
        if (seen == 0) {
            throw new IOException("calibration: none of the " + order.length
                    + " pictures for it could be read, such as "
                    + loader.skipped().values().stream().findFirst().orElse("none at all") + "; see to the data");
        }
        return seen;
    }

    private String key() {
        MessageDigest sha = Digests.sha256();
        String text = "calibration\n" + Calibrator.identity(classifier) + "\n"
                + staging.preprocessing().toJson();
        return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Digest digest(List<Digest> chosen) {
        ByteBuffer bytes = ByteBuffer.allocate(chosen.size() * Digest.BYTES);
        chosen.forEach(d -> d.put(bytes));
        return Digest.of(ByteBuffer.wrap(Digests.sha256().digest(bytes.array())));
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
