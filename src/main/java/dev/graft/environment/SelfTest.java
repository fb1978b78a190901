package dev.graft.environment;

import dev.graft.data.ImageFolder;
import dev.graft.files.AtomicFile;
import dev.graft.files.TemporaryFolder;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.job.Job;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.model.Architecture;
import dev.graft.plan.CrossValidated;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A whole training run in miniature: 12 pictures of two colours and a ResNet18 of random weights are written into a
 * temporary folder, a head is grafted and trained on 8 of them, the model is saved, opened and asked about the other 4.
 * Nothing is downloaded, and nothing stays.
 */
final class SelfTest {
    private static final String NAME = "self-test";
    private static final int SIDE = 64;
    private static final int TRAIN = 4;
    private static final int VALIDATION = 2;
    private static final List<String> CLASSES = List.of("blue", "red");

    private SelfTest() {}

    static Checkup run() {
        long begin = System.nanoTime();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            int right = right(folder.path());
            String seen =
                    "trained a head on " + TRAIN * CLASSES.size() + " drawn pictures, saved the model, opened it: "
                            + right + " of " + VALIDATION * CLASSES.size() + " others right, "
                            + (System.nanoTime() - begin) / 1_000_000 + " ms";
            return right == VALIDATION * CLASSES.size()
                    ? Checkup.ok(NAME, seen)
                    : Checkup.fail(
                            NAME,
                            seen,
                            "the numbers are wrong on this machine: please report it, with the"
                                    + " output of graft doctor");
        } catch (IOException e) {
            return Checkup.fail(NAME, String.valueOf(e.getMessage()), "correct what this message says, then try again");
        }
    }

    private static int right(Path folder) throws IOException {
        Path weights = weights(folder.resolve("random.safetensors"));
        Path pictures = folder.resolve("pictures");
        draw(pictures);
        RunFolder run = RunFolder.in(folder.resolve("run"));
        Preprocessing small = Preprocessing.standard().withResize(new Resize.Stretch(SIDE, SIDE));
        TrainingPlan plan = TrainingPlan.fast().withPhases(List.of(Phase.fitted("head", new CrossValidated(2))));
        try (ImageFolder data = ImageFolder.open(pictures)) {
            Result result = Job.graft(weights, data, small).plan(plan).into(run).run();
            if (result.sha256().isEmpty()) throw new IOException("self-test: the run wrote no model");
            int right = 0;
            try (Predictor predictor = Predictor.open(run.model(), PredictorOptions.exact())) {
                for (var sample : data.validation()) {
                    String label = data.classes().get(sample.label());
                    if (predictor.predict(sample.file()).label().equals(label)) right++;
                }
            }
            return right;
        }
    }

    /** Squares of one colour on a dark ground, as PPM. */
    private static void draw(Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (String part : List.of("train", "val")) {
            for (String name : CLASSES) {
                Path place = Files.createDirectories(folder.resolve(part).resolve(name));
                int count = part.equals("train") ? TRAIN : VALIDATION;
                for (int i = 0; i < count; i++)
                    Files.write(place.resolve(i + ".ppm"), picture(name.equals("red") ? 0 : 2, random));
            }
        }
    }

    private static byte[] picture(int channel, SplittableRandom random) {
        byte[] header = ("P6 " + SIDE + " " + SIDE + " 255\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(header.length + 3 * SIDE * SIDE).put(header);
        int left = random.nextInt(SIDE / 4);
        int top = random.nextInt(SIDE / 4);
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++)
                for (int c = 0; c < 3; c++) {
                    boolean inside = x >= left && x < left + SIDE / 2 && y >= top && y < top + SIDE / 2;
                    file.put((byte) (random.nextInt(40) + (inside && c == channel ? 200 : 0)));
                }
        return file.array();
    }

    /** Weights as He et al., 2015, draw them, in bfloat16; batch norms that change nothing. */
    private static Path weights(Path file) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        SplittableRandom random = new SplittableRandom(5);
        for (Map.Entry<String, List<Long>> entry :
                Architecture.RESNET18.trunkShapes().entrySet()) {
            String name = entry.getKey();
            if (name.endsWith("num_batches_tracked")) continue; // may be missing
            List<Long> shape = entry.getValue();
            int n = (int) shape.stream().mapToLong(s -> s).reduce(1, (a, b) -> a * b);
            float scale = shape.size() > 1 ? (float) Math.sqrt(6.0 * shape.get(0) / n) : 0;
            float constant = shape.size() > 1 || name.endsWith("bias") || name.endsWith("running_mean") ? 0 : 1;
            ByteBuffer values = ByteBuffer.allocate(2 * n).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < n; i++) {
                float value = scale == 0 ? constant : scale * (random.nextInt(1 << 16) * 0x1p-15f - 1);
                values.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
            writer.add(name, ScalarKind.BF16, shape, values.flip());
        }
        AtomicFile.write(file, writer::write);
        return file;
    }
}
