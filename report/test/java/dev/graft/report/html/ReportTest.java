package dev.graft.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.GreyScaling;
import dev.graft.image.Preprocessing;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String SCRIPT = "<script>alert(1)</script>";

    @TempDir
    Path place;

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void report_ofAHeadThatIsWorseThanTheNearestMean_accusesNoPicture() throws IOException {
        String trial = "{\"epoch\":1,\"penalty\":8.0,\"folds_accuracy\":0.7,\"chosen\":true}\n";
        for (double nearest : new double[] {0.7, 0.8}) {
            String html = RunFolder.whole(place)
                    .write(
                            "metrics.jsonl",
                            trial + "{\"epoch\":1,\"nearest_mean_accuracy\":" + nearest
                                    + ",\"majority_accuracy\":0.5}\n")
                    .report();
            assertEquals(nearest <= 0.7, html.contains("<section id=\"suspects\">"), "nearest mean " + nearest);
        }
    }

    @Test
    void report_ofARun_hasEveryPart() throws IOException {
        String html = RunFolder.whole(place).report();
        for (String id :
                List.of("training", "data", "curves", "metrics", "result0", "mistakes0", "suspects", "time", "machine"))
            assertTrue(html.contains("<section id=\"" + id + "\">"), id);
        assertTrue(html.contains("graft train &#39;my pets&#39;") || html.contains("graft train 'my pets'"));
        assertTrue(html.contains("title=\"cat, taken for dog: 2 of 3 (66.7%)\""));
        assertTrue(html.contains("1 file is no picture"));
        assertTrue(html.contains("45.0 MB"));
    }

    /** The list of predictions has seven digits, so that a loss from it may be another one. */
    @Test
    void report_ofAnEvaluation_hasItsOwnMetrics() throws IOException {
        RunFolder folder = new RunFolder(place).predictions();
        assertFalse(folder.report().contains(">9.8765<"));
        folder.write("evaluation.json", "{\"model\":\"m.pt\",\"metrics\":{\"loss\":9.87654321,\"ece\":null}}");
        String html = folder.report();
        assertTrue(html.contains(">9.8765<"), "loss");
        assertFalse(html.contains(">null<"));
    }

    @Test
    void report_needsNothingElse() throws IOException {
        String html = RunFolder.whole(place).report();
        for (String outside : List.of("http:", "https:", "<script", "<link rel=\"stylesheet", "@import", "url("))
            assertFalse(html.contains(outside), outside);
    }

    @Test
    void report_hostileNames_areEscaped() throws IOException {
        String hostile = "\"" + SCRIPT.replace("\"", "\"\"") + "\"";
        new RunFolder(place)
                .write(
                        "predictions.csv",
                        "file,actual,predicted,\"p(" + SCRIPT + ")\",p(b)\n" + hostile + "," + hostile + ",b,0.1,0.9\n"
                                + "\"\"\"onload=alert(1) x=\"\"\",b,b,0.1,0.9\n")
                .write(
                        "run.json",
                        "{\"command\":[\"" + SCRIPT + "\"],\"network\":{\"title\":\"" + SCRIPT
                                + "\"},\"data\":{\"place\":\"/" + SCRIPT + "\",\"classes\":[\"" + SCRIPT
                                + "\"],\"training\":{\"" + SCRIPT + "\":3},\"findings\":[\"" + SCRIPT + "\"]}}")
                .write(
                        "metrics.jsonl",
                        "{\"epoch\":1,\"mean_loss\":1,\"val_" + SCRIPT + "_accuracy\":0.5}\n"
                                + "{\"epoch\":2,\"mean_loss\":1,\"val_" + SCRIPT + "_accuracy\":0.6}\n");
        String html = new RunFolder(place).report();
        assertTrue(count(html, "&lt;script&gt;alert(1)") + count(html, "&lt;script>alert(1)") > 10, html);
        assertFalse(html.contains("<script"), "a name became a tag");
        assertFalse(html.contains("\"\"onload"), "a name left its attribute");
    }

    @Test
    void report_missingPictures_areShownWithoutThumbnails() throws IOException {
        String html = new RunFolder(place).record().predictions().report();
        assertFalse(html.contains("data:image/jpeg"));
        assertTrue(html.contains("pictures: 9 were not found where the run read them"), "note");
        assertTrue(html.contains("cat/2.jpg"));
    }

    @Test
    void report_damagedPicture_isLeftOutWithANote() throws IOException {
        RunFolder folder = RunFolder.whole(place);
        Files.writeString(folder.pictures("cat/2.jpg"), "no picture");
        String html = folder.report();
        assertTrue(html.contains("could not be decoded or explained"));
        assertTrue(html.contains("data:image/jpeg"));
    }

    @Test
    void pictures_inAnotherFolder_areFound() throws IOException {
        RunFolder folder = new RunFolder(place).pictures().predictions();
        Path html = place.resolve("other.html");
        Report.of(place).pictures(folder.pictures("")).write(html);
        assertTrue(Files.readString(html).contains("data:image/jpeg"));
    }

    @Test
    void explanations_ofMistakes_areShown() throws IOException {
        List<String> asked = new ArrayList<>();
        String html = RunFolder.whole(place).report((picture, name) -> {
            asked.add(picture.getFileName() + " " + name);
            return Optional.of(RunFolder.drawn("png", 224, 224, Color.RED));
        });
        assertEquals(List.of("2.jpg dog", "1.jpg dog", "1.jpg cat"), asked);
        assertEquals(3, count(html, "class=\"overlay\""));
    }

    @Test
    void explanations_thatFail_becomeANote() throws IOException {
        String html = RunFolder.whole(place).report((picture, name) -> {
            throw new IOException("no layer");
        });
        assertEquals(0, count(html, "class=\"overlay\""));
        assertTrue(html.contains("pictures: 3 could not be decoded or explained"));
    }

    @Test
    void thumbnails_haveALimit() throws IOException {
        RunFolder folder = new RunFolder(place).pictures();
        Thumbnails thumbnails = new Thumbnails(Optional.of(folder.pictures("")), Explanations.NONE, GreyScaling.NONE);
        int made = 0;
        for (int i = 0; i < Thumbnails.MOST_PICTURES + 30; i++)
            if (thumbnails.of("cat/0.jpg").isPresent()) made++;
        assertEquals(Thumbnails.MOST_PICTURES, made);
    }

    @Test
    void thumbnails_ofNoise_stayBelowTheLimitOfCharacters() throws IOException {
        BufferedImage noise = new BufferedImage(160, 160, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < 160 * 160; i++) noise.setRGB(i % 160, i / 160, random.nextInt());
        ImageIO.write(noise, "png", place.resolve("noise.png").toFile());
        Thumbnails thumbnails = new Thumbnails(Optional.of(place), Explanations.NONE, GreyScaling.NONE);
        long chars = 0;
        int made = 0;
        for (int i = 0; i < Thumbnails.MOST_PICTURES; i++) {
            Optional<Thumbnails.Thumbnail> small = thumbnails.of("noise.png");
            if (small.isPresent()) made++;
            chars += small.map(t -> t.uri().length()).orElse(0);
        }
        assertTrue(chars > Thumbnails.MOST_CHARS / 2 && chars <= Thumbnails.MOST_CHARS, "characters: " + chars);
        assertTrue(made < Thumbnails.MOST_PICTURES, "pictures: " + made);
    }

    /** Values of 16 bits as the model sees them; without a scaling all are white. */
    @Test
    void thumbnails_scaleGreyValues() throws IOException {
        Files.write(
                place.resolve("scan.pgm"),
                new byte[] {'P', '5', ' ', '2', ' ', '1', ' ', '9', '9', '9', '\n', 2, 0, 2, 1});
        String plain = thumbnail(GreyScaling.NONE);
        String scaled = thumbnail(GreyScaling.of("window:512,1000"));
        assertNotEquals(plain, scaled);
        assertEquals(0xff, level(plain));
        assertEquals(0x80, level(scaled), 3);
        new RunFolder(place)
                .write(
                        "run.json",
                        "{\"preprocessing\":"
                                + Preprocessing.standard()
                                        .withGrey(GreyScaling.of("window:512,1000"))
                                        .toJson() + "}");
        assertEquals(
                GreyScaling.of("window:512,1000"),
                RunReader.read(place).record().grey());
    }

    private String thumbnail(GreyScaling grey) {
        return new Thumbnails(Optional.of(place), Explanations.NONE, grey)
                .of("scan.pgm")
                .orElseThrow()
                .uri();
    }

    private static int level(String uri) throws IOException {
        byte[] jpeg = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
        return ImageIO.read(new ByteArrayInputStream(jpeg)).getRGB(0, 0) & 0xff;
    }

    @Test
    void thumbnails_keepTheShapeOfThePicture() throws IOException {
        RunFolder folder = new RunFolder(place).pictures();
        Thumbnails thumbnails = new Thumbnails(Optional.of(folder.pictures("")), Explanations.NONE, GreyScaling.NONE);
        Thumbnails.Thumbnail small = thumbnails.of("dog/1.jpg").orElseThrow();
        assertEquals(Thumbnails.SIDE, small.height());
        assertEquals(107, small.width());
        assertTrue(
                small.uri().length() < 20_000,
                () -> "characters: " + small.uri().length());
        assertEquals(1, Thumbnails.size(1, 100_000).width());
    }

    @Test
    void report_ofManyClassesAndPictures_isSmall() throws IOException {
        StringBuilder csv = new StringBuilder("file,actual,predicted");
        for (int c = 0; c < 200; c++) csv.append(",p(c").append(c).append(')');
        for (int i = 0; i < 1000; i++) {
            csv.append("\nf%d.jpg,c%d,c%d".formatted(i, i % 200, (i + i % 3) % 200));
            for (int c = 0; c < 200; c++) csv.append(c == (i + i % 3) % 200 ? ",0.8010000" : ",0.0010000");
        }
        String html = new RunFolder(place).write("predictions.csv", csv + "\n").report();
        assertTrue(html.contains("Most confused classes"));
        assertFalse(html.contains("class=\"matrix"));
        assertTrue(html.length() < 300_000, () -> "characters: " + html.length());
    }

    @Test
    void write_failure_leavesTheEarlierReport() throws IOException {
        Report report = Report.of(RunFolder.whole(place).path());
        byte[] earlier = "earlier".getBytes(StandardCharsets.UTF_8);
        Path html = Files.createDirectories(place.resolve("out")).resolve("report.html");
        Files.write(html, earlier);
        Path taken = Files.createDirectories(place.resolve("folder.html"));
        assertThrows(IOException.class, () -> report.write(taken));
        assertThrows(IOException.class, () -> report.pictures(place)
                .explanations((p, c) -> Optional.empty())
                .write(html.resolve("below")));
        assertArrayEquals(earlier, Files.readAllBytes(html));
    }
}
