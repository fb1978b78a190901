package dev.graft.examples.shopfloor;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.data.Sample;
import dev.graft.features.FeatureExtractor;
import dev.graft.features.Features;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.fuse.Fusion;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;

/** What the frozen layers say of pictures: numbers in which pictures that look alike are near to each other. */
final class PictureFeatures {
    private static final int BATCH = 16;

    private PictureFeatures() {}

    /**
     * The features of pictures, each scaled to length 1, so that a distance is 0 to 2 whatever the network.
     *
     * @return [pictures][features]
     * @throws IOException when a picture cannot be read; the message names it
     */
    static float[][] of(Classifier classifier, List<Path> pictures) throws IOException {
        Preprocessing preprocessing = classifier.card().preprocessing();
        ComputeDevice device = ComputeDevice.CPU;
        Fusion fusion = Fusion.of(classifier, Classifier.HEAD, Precision.FP32, device);
        List<Sample> samples = pictures.stream().map(p -> new Sample(p, 0)).toList();
        try (Staging staging = new Staging(device, Layout.CHANNELS_LAST, preprocessing);
                BatchLoader loader =
                        new BatchLoader(preprocessing, staging, BATCH, Threads.decoders(), Unreadable.FAIL);
                FeatureExtractor extractor =
                        new FeatureExtractor(fusion, loader, staging, Optional.empty(), Threads.decoders());
                Features features = extractor.extract(samples).orElseThrow()) {
            return rows(features, fusion.size());
        }
    }

    private static float[][] rows(Features features, int size) {
        float[][] rows = new float[features.rows().length][size];
        try (FloatPointer values = new FloatPointer(features.values().data_ptr())) {
            for (int i = 0; i < rows.length; i++) {
                values.position((long) features.rows()[i] * size).get(rows[i]);
                scale(rows[i]);
            }
        }
        return rows;
    }

    private static void scale(float[] row) {
        double sum = 0;
        for (float v : row) sum += (double) v * v;
        float factor = (float) (1 / Math.max(Math.sqrt(sum), 1e-12));
        for (int i = 0; i < row.length; i++) row[i] *= factor;
    }

    /** The squared distance of two rows. */
    static double squaredDistance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        return sum;
    }
}
