package dev.graft.docs;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.data.ImageFolder;
import dev.graft.job.Job;
import dev.graft.job.RunFolder;
import dev.graft.model.HashState;
import dev.graft.plan.TrainingPlan;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each exported package has an example in its Javadoc, which compiles and does what it says. */
class PackageExamplesTest {
    /** What the example of each package prints. */
    private static final Map<String, String> PRINTED = Map.ofEntries(
            entry("batch", "4 pictures with 224 rows"),
            entry("checkpoint", "\\[blue, red\\] after epoch 1\\n\\{(?s:.*)\\}"),
            entry("data", "\\[blue, red\\], 12 pictures to train on(\\n.*(blue|red).[0-9]+\\.png (blue|red)){4}"),
            entry("distributed", "rank 0 of 1\n\\d right"),
            entry("environment", "(?s:.+): (?s:.+)"),
            entry("evaluate", "accuracy [01]\\.\\d+(\\n.* is no (red|blue))*"),
            entry("explain", "(red|blue), heat of \\d+ rows"),
            entry("features", "16 computed"),
            entry("head", "4 weights, 2 biases"),
            entry("hub", "RESNET18, top-1 69\\.\\d+%\\nnot yet downloaded"),
            entry("image", "48 x 40 became 150528 floats"),
            entry("image.augment", "a view of \\d+ x \\d+"),
            entry("image.augment.ops", "245"),
            entry("image.opencv", "640 x 480, red 50"),
            entry("image.resize", "\\[0, 100\\]"),
            entry("inspect", "RESNET18, \\[blue, red\\]\\n11177538 parameters, sha256 [0-9a-f]{64}"),
            entry("job", "true, \\d right"),
            entry("metrics", "accuracy 0\\.666\\d+, macro F1 0\\.666\\d+"),
            entry("model", "62 parameters"),
            entry("model.fuse", "512 features"),
            entry("plan", "true, \\[.+\\]"),
            entry("predict", "(red|blue) 0\\.\\d+, then \\1"),
            entry("report", "Epoch 1/10, Loss: 0\\.500000\\nValidation Accuracy: 75\\.00%\\n1 of 10"),
            entry("study", "accuracy [01]\\.\\d+ \\+- 0\\.\\d+"),
            entry("torch", ".+, \\d+ threads"),
            entry("train", "(?s:.*)Epoch 2/2, Loss: \\d+\\.\\d+\\nValidation Accuracy: \\d+\\.\\d\\d%"),
            entry("weights", ".+ of \\d+ tensors(\\nfc\\.(weight|bias)){2}"),
            entry("weights.tensor", "F32 \\[10, 512\\]"));

    private static final Pattern EXPORTS = Pattern.compile("(?m)^    exports dev\\.graft\\.([a-z.]+);");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)<pre>\\{@code\n(.*?)\n \\* \\}</pre>");

    @TempDir
    static Path folder;

    private static Map<String, Path> files;

    @BeforeAll
    static void make() throws IOException {
        Path pets = folder.resolve("pets");
        for (int i = 0; i < 8; i++) {
            picture(pets.resolve("red/" + i + ".png"), Color.RED, i);
            picture(pets.resolve("blue/" + i + ".png"), Color.BLUE, i + 8);
        }
        Path photo = picture(folder.resolve("photo.png"), Color.RED, 20);
        Path weights = HashState.write(folder.resolve("weights.pth"), 10);
        Path model = SmallRun.model(folder.resolve("model.pt"), weights, SmallRun.card(32, "blue", "red"));
        Path run = folder.resolve("run");
        try (ImageFolder pictures = ImageFolder.open(pets)) {
            Job.graft(weights, pictures, SmallRun.card(32, "blue", "red").preprocessing())
                    .plan(TrainingPlan.fast().withEpochs(1))
                    .into(new RunFolder(run))
                    .run();
        }
        files = Map.of("pets", pets, "photo", photo, "weights", weights, "model", model, "run", run);
    }

    private static Path picture(Path file, Color colour, int bar) throws IOException {
        BufferedImage image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(colour);
        g.fillRect(0, 0, 48, 40);
        g.setColor(colour.darker());
        g.fillRect(bar, 0, 5, 40);
        g.dispose();
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    static Collection<String> packages() {
        return new TreeSet<>(PRINTED.keySet());
    }

    @Test
    void examples_areThereForAllExportedPackages() throws IOException {
        Matcher exported = EXPORTS.matcher(Files.readString(source("main/java/module-info.java")));
        assertEquals(
                exported.results().map(m -> m.group(1)).collect(Collectors.toCollection(TreeSet::new)), packages());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void example_prints(String name) throws Exception {
        Method example = method(name);
        Path out = Files.createDirectories(folder.resolve("out-" + name));
        Object[] given = Arrays.stream(example.getParameters())
                .map(p -> p.getName().equals("out") ? out : files.get(p.getName()))
                .toArray();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            example.invoke(null, given);
        } finally {
            System.setOut(before);
        }
        String text =
                printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n").strip();
        assertTrue(text.matches(PRINTED.get(name)), () -> "printed was:\n" + text);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void javadoc_hasTheSameLines(String name) throws Exception {
        String page = Files.readString(source("main/java/dev/graft/" + name.replace('.', '/') + "/package-info.java"));
        Matcher example = EXAMPLE.matcher(page);
        assertTrue(example.find(), () -> "no <pre>{@code in " + page);
        assertEquals(body(method(name).getName()), example.group(1).replaceAll("(?m)^ \\* ?", ""));
    }

    /** The lines of a method, from its first to its closing brace. */
    private static String body(String method) throws IOException {
        List<String> lines = Files.readAllLines(source("test/java/dev/graft/docs/PackageExamples.java"));
        int first = 0;
        while (!lines.get(first).contains(" void " + method + "(")) first++;
        List<String> rest = lines.subList(first + 1, lines.size());
        return rest.subList(0, rest.indexOf("    }")).stream()
                .map(line -> line.isEmpty() ? line : line.substring(8))
                .collect(Collectors.joining("\n"));
    }

    private static Method method(String name) {
        String camel = Pattern.compile("\\.(.)").matcher(name).replaceAll(m -> m.group(1)
                .toUpperCase());
        return Arrays.stream(PackageExamples.class.getDeclaredMethods())
                .filter(m -> m.getName().equals(camel))
                .findFirst()
                .orElseThrow(() -> new AssertionError("PackageExamples has no method " + camel));
    }

    private static Path source(String file) {
        Path here = Path.of(file);
        return Files.exists(here) ? here : Path.of("src").resolve(file);
    }
}
