package dev.graft.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.TrustedScript;
import dev.graft.predict.GoldenModel;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The networks, the picture and the heat maps of tools/golden_explain.py. */
final class GoldenMaps {
    /** A map of the golden values. */
    record Golden(String network, String layer, int target, Method method, int height, int width, float[] heat) {
        ExplainOptions options() {
            return ExplainOptions.standard().withMethod(method).withLayer(layer);
        }

        void assertIs(Explanation seen, double room) {
            String what = network + " " + layer + " " + target + " " + method;
            assertEquals(target, seen.target(), what);
            assertEquals(height, seen.height(), what);
            assertEquals(width, seen.width(), what);
            for (int i = 0; i < heat.length; i++) assertEquals(heat[i], seen.heat()[i], room, what + " at " + i);
        }
    }

    private GoldenMaps() {}

    /** The maps of {@code resnet18} or {@code foreign}. */
    static List<Golden> of(String network) {
        ByteBuffer values = ByteBuffer.wrap(resource("maps.f32")).order(ByteOrder.LITTLE_ENDIAN);
        List<Golden> all = new ArrayList<>();
        for (String line : new String(resource("maps.tsv"), StandardCharsets.UTF_8).split("\n")) {
            String[] cells = line.split("\t");
            int height = Integer.parseInt(cells[4]);
            int width = Integer.parseInt(cells[5]);
            float[] heat = new float[height * width];
            for (int i = 0; i < heat.length; i++) heat[i] = values.getFloat();
            int target = Integer.parseInt(cells[2]);
            all.add(new Golden(cells[0], cells[1], target, Method.valueOf(cells[3]), height, width, heat));
        }
        assertEquals(0, values.remaining());
        all.removeIf(g -> !g.network.equals(network));
        return all;
    }

    /** What PyTorch says of the picture. */
    static List<Float> probabilities() {
        String line = new String(resource("probabilities.tsv"), StandardCharsets.UTF_8);
        return Arrays.stream(line.strip().split("\t")).map(Float::valueOf).toList();
    }

    static Path picture(Path folder) throws IOException {
        return GoldenModel.draw(folder.resolve("picture.png"), 5, 150, 110);
    }

    static Path resnet18(Path folder) throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        return GoldenModel.save(folder.resolve("resnet18.pt"), weights, sized(96, 128));
    }

    /** The other network, {@code scripted} or {@code traced}, with a new head. */
    static Path foreign(Path folder, String how) throws IOException {
        Path code = Files.write(folder.resolve(how + "-code.pt"), resource(how + ".pt"));
        Path model = folder.resolve(how + ".pt");
        try (RandomSource random = new RandomSource(GoldenModel.SEED);
                Classifier c = Classifier.graft(TrustedScript.of(code), GoldenModel.CLASSES, sized(24, 32), random)) {
            c.save(model);
        }
        return model;
    }

    private static Preprocessing sized(int height, int width) {
        return Preprocessing.standard().withResize(new Resize.Stretch(height, width));
    }

    private static byte[] resource(String name) {
        try (InputStream in = GoldenMaps.class.getResourceAsStream("/golden/explain/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
