package dev.graft.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.Decoding;
import dev.graft.image.Orientation;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.predict.Predictor;
import dev.graft.torch.ComputeDevice;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatDogTest {
    private static final long PATIENCE_SECONDS = 300;

    @TempDir
    static Path folder;

    private static Path data;

    private record Result(int status, String out, String err) {}

    @BeforeAll
    static void draw() throws IOException {
        data = folder.resolve("few");
        DrawnPictures.write(data, 16, 8, 3);
    }

    private static Result run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        int status = CatDog.run(
                words,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void help_namesEveryOption() {
        Result r = run("--help");
        assertEquals(0, r.status());
        for (String option :
                ("data weights epochs batch-size lr momentum recipe preprocessing val-fraction seed replay device"
                                + " threads out resume cache precision views weights-key labels label-from-name environment help overwrite unreadable orientation"
                                + " checkpoint-every")
                        .split(" ")) {
            assertTrue(r.out().contains("--" + option), option);
        }
        String words = r.out().replaceAll("\\s+", " ");
        for (String told : List.of("--trusted [SHA256] ", ".safetensors", "sha256sum FILE", "but what Maven needs")) {
            assertTrue(words.contains(told), told);
        }
    }

    @Test
    void environment_tellsWhatIsInUse_andStops() {
        Result r = run("--environment", "--threads", "2");
        assertEquals(0, r.status(), r.err());
        assertTrue(r.out().contains("\nkernels    "), r.out());
        assertTrue(r.out().contains("\nthreads    2 compute, 2 decode: as the program set it"), r.out());
    }

    @ParameterizedTest
    @CsvSource({
        "--lr,-0.1,2,-0.1",
        "--lr,abc,2,abc",
        "--momentum,1.5,2,1.5",
        "--epochs,0,2,epochs",
        "--recipe,magic,2,'there are: fast, auto, reference'",
        "--precision,fp64,2,'there are: auto, fp32, bf16, int8, tf32, fp16'",
        "--cache,'',2,--cache: is empty",
        "--cache,pom.xml,2,'--cache: pom.xml is a file; give a folder, or off'",
        "--preprocessing,magic,2,opencv",
        "--views,-1,2,'--views: must be 0 to 1000000, was -1'",
        "--views,many,2,--views: 'many' is not a whole number",
        "--unfreeze,'layer3,',2,'--unfreeze: ''layer3,'' names no layer'",
        "--unfreeze,conv1,2,'was ''conv1''; another needs --recipe reference'",
        "--unfreeze,'layer4,layer4.0',2,'layer4.0 and layer4 overlap'",
        "--threads,0,2,threads",
        "--device,tpu,2,cuda:N",
        "--device,cuda:7,2,GPU",
        "--data,no-such-folder,2,--data: there is no no-such-folder",
        "--weights,no-such-file.pth,2,no-such-file.pth",
        "--weights,https://download.pytorch.org/models/resnet34-b627a593.pth,2,known as RESNET34_IMAGENET1K_V1",
        "--weights,https://ann:secret@example.com/w.pth,2,no address; fetch it with any tool",
        "--weights,ResNet34_Weights.IMAGENET1K_V1,2,V1; did you mean RESNET34_IMAGENET1K_V1?",
        "--weights,resnet34,2,neither a file nor a known name resnet34; did you mean RESNET34_IMAGENET1K_V1?",
        "--weights,'',2,--weights: is empty",
        "--weights,RESNET50,2,did you mean one of [RESNET50_IMAGENET1K_V1",
        "--resume,no-such-folder,2,no-such-folder",
        "--replay,no-such-file,2,no-such-file",
        "--val-fraction,1.5,2,val-fraction",
        "--unreadable,maybe,2,'--unreadable: ''maybe'' is not there; there are: fail, skip'",
        "--orientation,up,2,'--orientation: ''up'' is not there; there are: stored, exif'",
        "--checkpoint-every,0,2,'--checkpoint-every: must be 1 to'",
        "--nonsense,1,2,nonsense"
    })
    void wrongOption_isToldInOneLine(String option, String value, int status, String told) {
        List<Object> args = new ArrayList<>(List.of("--out", folder.resolve("wrong"), option, value));
        if (!option.equals("--data")) {
            args.addAll(List.of("--data", data));
        }
        Result r = run(args.toArray());
        assertEquals(status, r.status(), r.err());
        assertTrue(r.err().contains(told), r.err());
        assertEquals(1, r.err().lines().count(), r.err());
        assertFalse(Files.exists(folder.resolve("wrong")));
        assertFalse(r.err().contains("secret"), r.err());
    }

    @Test
    void optionTwice_isRefused() {
        Result r = run("--epochs", 1, "--epochs", 2);
        assertEquals(2, r.status());
        assertEquals("--epochs: is given twice; give it once", r.err().strip());
    }

    @Test
    void refusedWeights_leaveNoFolder_withPicturesOrWithout() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pth"), "<html>");
        Path out = folder.resolve("nothing");
        assertEquals(1, run("--weights", text, "--out", out).status());
        assertEquals(
                1,
                run("--data", data, "--weights", text, "--trusted", "--out", out)
                        .status());
        assertFalse(Files.exists(out));
    }

    @Test
    void data_fewPictures_writesModelCheckpointMetricsAndPredictions() throws Exception {
        Path out = folder.resolve("out");
        Result r = run("--data", data, "--epochs", 2, "--batch-size", 8, "--out", out);
        assertEquals(0, r.status(), r.err());
        assertTrue(r.out().contains("Epoch 2/2, Loss: 0."), r.out());
        assertTrue(r.out().contains("Validation Accuracy: "), r.out());
        assertEquals(7, Files.readAllLines(out.resolve("metrics.jsonl")).size());
        assertEquals(9, Files.readAllLines(out.resolve("predictions.csv")).size());
        assertTrue(Files.exists(out.resolve("checkpoint/checkpoint.pt")));
        try (Predictor p = Predictor.open(out.resolve("model.pt"));
                Predictor fromCheckpoint = Predictor.open(out.resolve("checkpoint"))) {
            Path picture = data.resolve("val/cat/000.jpg");
            assertEquals(List.of("cat", "dog"), p.classes());
            assertEquals(p.predict(picture), fromCheckpoint.predict(picture));
        }
        pythonNamesTheSame(out);
    }

    /** A run's files are not lost by a slip of the hand. */
    @Test
    void out_ofAnEarlierRun_isRefusedUnlessTold() throws IOException {
        Path out = folder.resolve("earlier");
        assertEquals(0, run("--data", data, "--epochs", 1, "--out", out).status());
        byte[] model = Files.readAllBytes(out.resolve("model.pt"));
        Result again = run("--data", data, "--epochs", 2, "--out", out);
        assertEquals(2, again.status());
        assertEquals(
                "--out: " + out
                        + " holds an earlier run (model.pt, checkpoint/checkpoint.pt, metrics.jsonl, predictions.csv);"
                        + " give another folder, go on with it (--resume " + out + "), or say --overwrite",
                again.err().strip());
        assertArrayEquals(model, Files.readAllBytes(out.resolve("model.pt")));
        Result resumed = run("--data", data, "--epochs", 2, "--out", out, "--resume", out);
        assertEquals(0, resumed.status(), resumed.err());
        Result told = run("--data", data, "--epochs", 1, "--out", out, "--overwrite");
        assertEquals(0, told.status(), told.err());
        assertArrayEquals(model, Files.readAllBytes(out.resolve("model.pt")));
        assertEquals(3, Files.readAllLines(out.resolve("metrics.jsonl")).size(), "those of the new run alone");
    }

    /** A slip with --overwrite must not cost the run that is gone on with, however its checkpoint is named. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void overwrite_whatIsResumed_staysWhateverIsRefused() throws IOException {
        Path out = folder.resolve("kept");
        assertEquals(0, run("--data", data, "--epochs", 1, "--out", out).status());
        Path other = folder.resolve("other-pictures");
        DrawnPictures.write(other, 16, 8, 77);
        Path moved = folder.resolve("moved-checkpoint");
        Path linked = Files.createDirectories(folder.resolve("linked"));
        Files.createDirectories(moved);
        Files.copy(out.resolve("checkpoint/checkpoint.pt"), moved.resolve("checkpoint.pt"));
        Files.createSymbolicLink(linked.resolve("checkpoint"), moved);
        for (Path[] c : new Path[][] {{out.resolve("checkpoint/checkpoint.pt"), out}, {out, out}, {linked, linked}}) {
            Result refused = run("--data", other, "--epochs", 2, "--overwrite", "--resume", c[0], "--out", c[1]);
            assertEquals(1, refused.status(), refused.err());
            assertTrue(refused.err().contains("resume with the same data"), refused.err());
            assertTrue(Files.exists(c[1].resolve("checkpoint/checkpoint.pt")), c[0].toString());
            Result on = run("--data", data, "--epochs", 1, "--resume", c[0], "--out", c[1]);
            assertEquals(0, on.status(), on.err());
        }
        assertTrue(Files.exists(out.resolve("model.pt")));
    }

    /** Until this run has made a step the earlier one may still be all that there is. */
    @Test
    void overwrite_ofARunThatIsRefused_leavesTheEarlierOne() throws IOException {
        Path out = folder.resolve("stays");
        assertEquals(0, run("--data", data, "--epochs", 1, "--out", out).status());
        byte[] model = Files.readAllBytes(out.resolve("model.pt"));
        byte[] metrics = Files.readAllBytes(out.resolve("metrics.jsonl"));
        Path bad = folder.resolve("one-bad");
        copy(data, bad);
        Files.writeString(bad.resolve("train/dog/001.jpg"), "no picture");
        Path from = folder.resolve("from");
        assertEquals(
                0,
                run("--data", data, "--epochs", 1, "--lr", 0.01, "--out", from).status());
        for (Result refused : List.of(
                run("--data", bad, "--overwrite", "--out", out),
                run("--data", bad, "--overwrite", "--out", out, "--recipe", "reference"),
                run("--data", bad, "--overwrite", "--out", out, "--resume", from, "--epochs", 2))) {
            assertEquals(1, refused.status(), refused.err());
            assertArrayEquals(model, Files.readAllBytes(out.resolve("model.pt")));
            assertArrayEquals(metrics, Files.readAllBytes(out.resolve("metrics.jsonl")));
            assertTrue(Files.exists(out.resolve("predictions.csv")));
            assertTrue(Files.exists(out.resolve("checkpoint/checkpoint.pt")));
        }
    }

    @Test
    void out_inTheFolderOfThePictures_isRefused() {
        Result r = run("--data", data, "--out", data.resolve("../few"));
        assertEquals(2, r.status(), r.err());
        assertTrue(r.err().contains("is the folder of the pictures; give another"), r.err());
        assertFalse(Files.exists(data.resolve("metrics.jsonl")));
    }

    @Test
    void unreadable_areAllNamed_orLeftOut() throws IOException {
        Path odd = folder.resolve("odd");
        DrawnPictures.write(odd, 16, 8, 3);
        Path text = Files.writeString(odd.resolve("train/cat/000.jpg"), "no picture");
        Path cut = odd.resolve("val/cat/000.jpg");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 500));
        Path out = folder.resolve("odd-out");
        Result fail = run("--data", odd, "--epochs", 1, "--cache", "off", "--out", out);
        assertEquals(1, fail.status());
        List<String> lines = fail.err().lines().toList();
        assertEquals(
                "data: 2 of 24 pictures cannot be read; repair or remove them, or leave them out (--unreadable skip)",
                lines.get(0));
        assertTrue(lines.get(1).startsWith("  " + text + ": is text"), fail.err());
        assertTrue(lines.get(2).startsWith("  " + cut + ": JPEG is truncated"), fail.err());
        assertFalse(Files.exists(out.resolve("model.pt")));
        Result skip = run("--data", odd, "--epochs", 1, "--cache", "off", "--unreadable", "skip", "--out", out);
        assertEquals(0, skip.status(), skip.err());
        assertTrue(skip.out().contains("left out, for they cannot be read: 2\n  " + text), skip.out());
        assertTrue(skip.out().contains("\n001.jpg: "), "the first that can be read: " + skip.out());
        Result other = run("--data", odd, "--resume", out, "--epochs", 2, "--unreadable", "fail");
        assertTrue(other.err().contains("--unreadable (skip then, fail now)"), other.err());
    }

    @Test
    void orientation_ofExif_isCounted_andTurnsWhereAsked() throws IOException {
        Path turned = folder.resolve("by-exif");
        copy(data, turned);
        for (String name : new String[] {"train/cat/001.jpg", "val/dog/000.jpg"}) {
            Path file = turned.resolve(name);
            Files.write(file, withOrientation6(Files.readAllBytes(file)));
        }
        Result none = run("--data", data, "--epochs", 1, "--cache", "off", "--out", folder.resolve("exif-none"));
        assertFalse(none.out().contains("EXIF"), none.out());
        Result stored = run("--data", turned, "--epochs", 1, "--cache", "off", "--out", folder.resolve("exif-stored"));
        assertTrue(
                stored.out()
                        .contains("2 of 24 pictures carry an EXIF orientation: they stay as they are stored, as in"
                                + " torchvision (--orientation exif turns them)\n"),
                stored.out() + stored.err());
        assertEquals(epochs(none), epochs(stored));
        Path out = folder.resolve("exif-turned");
        Result exif = run("--data", turned, "--epochs", 1, "--cache", "off", "--orientation", "exif", "--out", out);
        assertTrue(exif.out().contains("carry an EXIF orientation: they are turned as it says\n"), exif.out());
        assertFalse(epochs(none).equals(epochs(exif)));
        try (Classifier c = Classifier.load(out.resolve("model.pt"))) {
            assertEquals(Orientation.EXIF, c.card().preprocessing().orientation());
        }
    }

    /** The file with a segment of EXIF behind its first two bytes: one tag, the orientation. */
    private static byte[] withOrientation6(byte[] jpeg) {
        byte[] segment = HexFormat.of()
                .parseHex(
                        "ffe10022457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000");
        byte[] all = Arrays.copyOf(jpeg, jpeg.length + segment.length);
        System.arraycopy(segment, 0, all, 2, segment.length);
        System.arraycopy(jpeg, 2, all, 2 + segment.length, jpeg.length - 2);
        return all;
    }

    @Test
    void predictions_thatAreWrong_areMarked() throws IOException {
        Path turned = folder.resolve("turned"); // all cats are called dogs in validation, and the other way round
        Files.createDirectories(turned.resolve("val"));
        copy(data.resolve("train"), turned.resolve("train"));
        copy(data.resolve("train/cat"), turned.resolve("val/dog"));
        copy(data.resolve("train/dog"), turned.resolve("val/cat"));
        Result r = run("--data", turned, "--epochs", 20, "--lr", 0.01, "--out", folder.resolve("turned-out"));
        assertEquals(0, r.status(), r.err());
        List<String> named =
                r.out().lines().filter(l -> l.matches("\\d+\\.jpg: .*")).toList();
        assertEquals(3, named.size(), r.out());
        assertTrue(
                named.stream().anyMatch(l -> l.matches("000\\.jpg: dog \\(\\d+\\.\\d%\\) WRONG: it is of class cat")),
                r.out());
        assertTrue(r.out().lines().anyMatch(l -> l.matches("Validation Accuracy: \\d+\\.\\d\\d%")), r.out());
        assertTrue(r.out().lines().anyMatch(l -> l.matches("Epoch 20/20, Loss: \\d\\.\\d{6}")), r.out());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void fast_again_findsTheFeatures_alsoOfRenamedPictures() throws IOException {
        Path cache = folder.resolve("cache");
        Result first = run("--data", data, "--epochs", 3, "--cache", cache, "--out", folder.resolve("first"));
        assertEquals(0, first.status(), first.err());
        assertTrue(first.out().contains("features of 24 pictures: 24 computed, 0 from an earlier run"), first.out());
        Path renamed = folder.resolve("renamed");
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = renamed.resolve(data.relativize(file)).resolveSibling("x" + file.getFileName());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Result second = run("--data", renamed, "--epochs", 3, "--cache", cache, "--out", folder.resolve("second"));
        assertTrue(second.out().contains("features of 24 pictures: 0 computed, 24 from an earlier run"), second.out());
        assertEquals(epochs(first), epochs(second));
        Result off = run("--data", data, "--epochs", 3, "--cache", "off", "--out", folder.resolve("off"));
        assertTrue(off.out().contains("features of 24 pictures: 24 computed, 0 from"), off.out());
        assertEquals(epochs(first), epochs(off));
    }

    @Test
    void views_passOnce_areFoundAgain_andGoOnAfterAStop() throws IOException {
        Path cache = folder.resolve("views-cache");
        Path out = folder.resolve("views");
        List<Object> args = new ArrayList<>(List.of("--data", data, "--epochs", 3, "--views", 3, "--cache", cache));
        args.addAll(List.of("--seed", 4, "--out", out));
        Result first = run(args.toArray());
        assertEquals(0, first.status(), first.err());
        String told = "features of 24 pictures, the training pictures in 3 views each: ";
        assertTrue(first.out().contains(told + "56 computed, 0 from an earlier run"), first.out());
        args.add("--overwrite");
        Result second = run(args.toArray());
        assertTrue(second.out().contains(told + "0 computed, 56 from an earlier run"), second.out());
        assertEquals(epochs(first), epochs(second));
        Result plain = run("--data", data, "--epochs", 3, "--seed", 4, "--cache", cache, "--out", folder.resolve("p"));
        assertTrue(plain.out().contains("features of 24 pictures: 16 computed, 8 from"), plain.out());
        assertFalse(epochs(first).equals(epochs(plain)));
        Path checkpoint = out.resolve("checkpoint");
        Result other = run("--data", data, "--resume", checkpoint, "--views", 2);
        assertEquals(1, other.status());
        assertTrue(other.err().contains("--views (3 then, 2 now); leave out what differs"), other.err());
        for (List<Object> more : List.of(List.<Object>of(), List.<Object>of("--views", 3))) { // its seed is the plan's
            List<Object> on = new ArrayList<>(List.of("--data", data, "--resume", checkpoint, "--cache", cache));
            on.addAll(List.of("--out", folder.resolve("on"), "--epochs", 4, "--overwrite"));
            on.addAll(more);
            Result longer = run(on.toArray());
            assertEquals(0, longer.status(), longer.err());
            assertTrue(
                    longer.out().contains("the training pictures in 1 view each: 0 computed, 24 from"), longer.out());
        }
    }

    @Test
    void unfreeze_learnsTheLayer_andGoesOnAfterAStop() throws IOException {
        Path out = folder.resolve("unfreeze");
        List<Object> args = new ArrayList<>(List.of("--data", data, "--epochs", 2));
        args.addAll(List.of("--precision", "fp32"));
        Result head = run(with(args, "--cache", "off", "--out", folder.resolve("head-only")));
        Result both = run(with(args, "--cache", "off", "--unfreeze", "layer4", "--out", out));
        assertEquals(0, both.status(), both.err());
        assertTrue(both.out().contains("layer4 learns too, at a rate of 0.0001"), both.out());
        assertFalse(epochs(head).equals(epochs(both)));
        Result slow = run(with(args, "--unfreeze", "layer4", "--recipe", "reference", "--out", folder.resolve("slow")));
        assertEquals(0, slow.status(), slow.err());
        Path checkpoint = out.resolve("checkpoint");
        Result on = run("--data", data, "--resume", checkpoint, "--epochs", 3, "--out", folder.resolve("on-4"));
        assertEquals(0, on.status(), on.err());
        assertTrue(on.out().contains("layer4 learns too, at a rate of 0.0001"), on.out());
        Result other = run("--data", data, "--resume", checkpoint, "--epochs", 3, "--unfreeze", "layer3");
        assertEquals(1, other.status());
        assertTrue(other.err().contains("--unfreeze ([layer4] then, [layer3] now)"), other.err());
        Result decode = run("--data", data, "--resume", checkpoint, "--epochs", 3, "--fast-decode");
        assertEquals(1, decode.status());
        assertTrue(
                decode.err().contains("--preprocessing, --fast-decode, --orientation or --grey differs"), decode.err());
    }

    /** Also what a resumed run whose epochs are done still has to say. */
    @Test
    void resume_finishedRun_judgesAndWritesItsFilesAnew() throws IOException {
        Path out = folder.resolve("finished");
        Result first = run("--data", data, "--epochs", 2, "--cache", "off", "--out", out);
        List<String> predictions = Files.readAllLines(out.resolve("predictions.csv"));
        List<String> metrics = Files.readAllLines(out.resolve("metrics.jsonl"));
        Files.delete(out.resolve("predictions.csv"));
        Result again = run("--data", data, "--cache", "off", "--resume", out);
        assertEquals(0, again.status(), again.err());
        assertTrue(again.out().contains("nothing left to train: 2 epochs are done"), again.out());
        assertTrue(again.out().contains("features of 8 pictures: 8 computed"), again.out());
        assertEquals(predictions, Files.readAllLines(out.resolve("predictions.csv")));
        assertEquals(metrics, Files.readAllLines(out.resolve("metrics.jsonl")).subList(0, metrics.size()));
        assertEquals(List.of(), epochs(again), first.out());
        Result fewer = run("--data", data, "--cache", "off", "--resume", out, "--epochs", 1);
        assertEquals(1, fewer.status());
        assertTrue(fewer.err().contains("the plan has 1 epochs; resume with at least 2"), fewer.err());
    }

    @Test
    void precision_forAGpu_onTheProcessor_isRefusedBeforeAnythingIsDrawn() throws IOException {
        Path out = Files.createDirectories(folder.resolve("for-a-gpu"));
        Path metrics = Files.writeString(out.resolve("metrics.jsonl"), "of an earlier run\n");
        Result fp16 = run("--precision", "fp16", "--device", "cpu", "--out", out, "--overwrite");
        assertEquals(1, fp16.status());
        assertTrue(fp16.err().contains("FP16 runs on GPUs only, the device is cpu; use FP32 or BF16"), fp16.err());
        assertFalse(Files.exists(out.resolve("drawn")));
        assertFalse(Files.exists(out.resolve("checkpoint")));
        assertEquals("of an earlier run\n", Files.readString(metrics));
    }

    private static Object[] with(List<Object> args, Object... more) {
        List<Object> all = new ArrayList<>(args);
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void precision_isToldWithItsReason_andMachineOrUserChooses() throws IOException {
        Path six = folder.resolve("six"); // bf16 is slow on processors without instructions for it
        DrawnPictures.write(six, 4, 2, 3);
        Precision best = Precision.bestFor(ComputeDevice.CPU);
        Result auto = run("--data", six, "--epochs", 1, "--cache", "off", "--out", folder.resolve("auto"));
        String why = Precision.BF16.isNativeHere()
                ? "bf16 is slower on this processor"
                : "the processor has no instructions for bf16";
        String line =
                best == Precision.BF16 ? ", bf16 (the processor has instructions for bf16)" : ", fp32 (" + why + ")";
        assertTrue(auto.out().contains(line), auto.out());
        Result int8 = run("--data", six, "--epochs", 1, "--precision", "int8", "--recipe", "reference");
        assertEquals(2, int8.status());
        assertTrue(
                int8.err().startsWith("--precision: int8 goes with --recipe fast and without --unfreeze"), int8.err());
        Path out = folder.resolve("bf16");
        Result asked = run("--data", six, "--epochs", 1, "--cache", "off", "--precision", "bf16", "--out", out);
        assertEquals(0, asked.status(), asked.err());
        assertTrue(asked.out().contains(", bf16 (as asked)"), asked.out());
        Result more = run("--data", six, "--cache", "off", "--epochs", 2, "--resume", out.resolve("checkpoint"));
        assertTrue(more.out().contains(", bf16 (as before)"), more.out() + more.err());
    }

    @Test
    void int8_again_findsCalibrationAndFeatures_andLosesLittle() {
        Path cache = folder.resolve("cache8");
        Result first = int8(cache, folder.resolve("int8-1"));
        assertEquals(0, first.status(), first.err());
        assertTrue(first.out().contains(", int8 (as asked)"), first.out());
        assertTrue(first.out().contains("features of 24 pictures: 24 computed, 0 from"), first.out());
        Result second = int8(cache, folder.resolve("int8-2"));
        assertTrue(second.out().contains("features of 24 pictures: 0 computed, 24 from"), second.out());
        assertEquals(epochs(first), epochs(second));
        Result exact = run("--data", data, "--epochs", 3, "--cache", "off", "--out", folder.resolve("fp32"));
        assertEquals(lastLoss(exact), lastLoss(first), 0.02);
    }

    private static Result int8(Path cache, Path out) {
        return run("--data", data, "--epochs", 3, "--precision", "int8", "--cache", cache, "--out", out);
    }

    private static double lastLoss(Result r) {
        String line = r.out()
                .lines()
                .filter(l -> l.startsWith("Epoch 3/3"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
    }

    private static List<String> epochs(Result r) {
        return r.out()
                .lines()
                .filter(l -> l.startsWith("Epoch") || l.startsWith("Validation"))
                .toList();
    }

    @Test
    void reference_everyEpochThroughTheNetwork_stillTrains() {
        Result r = run("--data", data, "--epochs", 1, "--recipe", "reference", "--out", folder.resolve("ref"));
        assertEquals(0, r.status(), r.err());
        assertFalse(r.out().contains("features"), r.out());
        Result cache = run("--data", data, "--recipe", "reference", "--cache", "somewhere");
        assertEquals(2, cache.status());
        assertTrue(cache.err().contains("--cache: goes with --recipe fast"), cache.err());
    }

    private static void pythonNamesTheSame(Path out) throws Exception {
        String python = System.getenv("GRAFT_PYTHON");
        Assumptions.assumeTrue(python != null, "needs a Python with PyTorch (set GRAFT_PYTHON to its path)");
        Path script = Path.of("..").resolve("tools/check_export.py").toAbsolutePath();
        Process p = new ProcessBuilder(python, script.toString(), out.toString(), data.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, p.waitFor(), said);
        assertTrue(said.contains("8 pictures, 0 named otherwise"), said);
    }

    @Test
    void out_isAFile_isToldBeforeTheWork() throws IOException {
        Path file = Files.writeString(folder.resolve("afile"), "mine");
        Result r = run("--data", data, "--out", file);
        assertEquals(1, r.status());
        assertTrue(r.err().startsWith("--out: " + file + " is a file"), r.err());
        assertEquals("", r.out());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // links need a right there
    void out_isALinkToNothing_isToldBeforeTheWork() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("alink"), folder.resolve("nowhere"));
        Result r = run("--data", data, "--out", link);
        assertEquals(1, r.status());
        assertEquals(
                "--out: " + link + " is a link to a folder that does not exist; make that folder, or give another one",
                r.err().strip());
        assertEquals("", r.out());
    }

    @Test
    void resume_otherLearningRate_isRefused_moreEpochsGoOn() {
        Path out = folder.resolve("again");
        assertEquals(0, run("--data", data, "--epochs", 1, "--out", out).status());
        Path checkpoint = out.resolve("checkpoint");
        Result other = run("--data", data, "--resume", checkpoint, "--lr", 0.5);
        assertEquals(1, other.status());
        assertTrue(other.err().contains("--lr"), other.err());
        Result recipe = run("--data", data, "--resume", checkpoint, "--recipe", "reference");
        assertEquals(1, recipe.status());
        assertTrue(recipe.err().contains("--recipe ("), recipe.err());
        Result more = run("--data", data, "--resume", checkpoint, "--epochs", 2, "--weights", "gone.pth");
        assertEquals(0, more.status(), more.err());
        assertTrue(more.out().startsWith("resume: not used: --weights; the checkpoint holds weights"), more.out());
        assertTrue(
                more.out().contains("resumed in epoch 2/2 after 0 steps")
                        && more.out().contains("Epoch 2/2"),
                more.out());
    }

    @ParameterizedTest
    @CsvSource({
        "--trusted,there is no --weights; type --weights FILE --trusted",
        "--trusted net.pt,'takes a SHA-256, not a file; type --weights net.pt --trusted'",
        "--weights RESNET50_IMAGENET1K_V2 --trusted,RESNET50_IMAGENET1K_V2 is read as data",
        "--head fc,--head: goes with --trusted"
    })
    void trustedOrHead_withoutAFile_isTold(String words, String told) {
        Result r = run((Object[]) words.split(" "));
        assertEquals(2, r.status(), r.err());
        assertTrue(r.err().contains(told), r.err());
        assertEquals("", r.out());
    }

    @ParameterizedTest
    @CsvSource({"--weights", "--replay", "--resume"})
    void damagedFile_isToldWithItsOption(String option) throws IOException {
        Path file = Files.writeString(folder.resolve("damaged" + option), "<html>");
        Result r = run("--data", data, "--epochs", 1, option, file, "--out", folder.resolve("none" + option));
        assertEquals(1, r.status(), r.err());
        assertTrue(r.err().startsWith(option + ": " + file + ": is a web page"), r.err());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void weights_thatThisUserMayNotRead_areToldWithTheirOption() throws IOException {
        Path closed = Files.writeString(folder.resolve("closed.pth"), "mine");
        Files.setPosixFilePermissions(closed, Set.of());
        Assumptions.assumeFalse(Files.isReadable(closed), "root reads every file");
        for (String trusted : new String[] {"", "--trusted"}) {
            List<Object> args = new ArrayList<>(List.of("--data", data, "--weights", closed));
            args.addAll(trusted.isEmpty() ? List.of() : List.of(trusted));
            Result r = run(args.toArray());
            assertEquals(1, r.status(), r.err());
            assertTrue(r.err().startsWith("--weights: " + closed + ": cannot be read (permission denied); "), r.err());
        }
    }

    @Test
    void weights_resnet34_areRecognisedAndTrained() throws IOException {
        Path out = folder.resolve("deeper");
        Path weights = DeeperWeights.write(folder.resolve("deeper.pth"));
        Result r = run("--data", data, "--epochs", 1, "--weights", weights, "--out", out);
        assertEquals(0, r.status(), r.err());
        assertTrue(r.out().contains("weights: a resnet34"), r.out());
        try (Classifier c = Classifier.load(out.resolve("model.pt"))) {
            assertEquals(Architecture.RESNET34, c.card().network());
        }
    }

    @Test
    void weights_ofTwoNetworks_areChosenByTheirKey() throws IOException {
        Path weights = DeeperWeights.write(folder.resolve("pair.pth"), "student", "teacher");
        Path out = folder.resolve("pair");
        Result which = run("--data", data, "--epochs", 1, "--weights", weights, "--out", out);
        assertEquals(1, which.status());
        assertTrue(which.err().startsWith("--weights: " + weights + ": holds several networks"), which.err());
        assertTrue(which.err().contains("--weights-key KEY"), which.err());
        Result r = run("--data", data, "--epochs", 1, "--weights", weights, "--weights-key", "teacher", "--out", out);
        assertEquals(0, r.status(), r.err());
        Result wrong = run("--data", data, "--weights", weights, "--weights-key", "tutor", "--out", out + "-2");
        assertEquals(1, wrong.status());
        assertTrue(wrong.err().contains("student") && wrong.err().contains("teacher"), wrong.err());
        Result none = run("--data", data, "--weights-key", "teacher");
        assertEquals(2, none.status());
        assertEquals(
                "--weights-key: goes with a file of --weights that is read as data; leave it out",
                none.err().strip());
    }

    @Test
    void preprocessing_opencv_trains() {
        Result r = run("--data", data, "--epochs", 1, "--preprocessing", "opencv", "--out", folder.resolve("opencv"));
        assertEquals(0, r.status(), r.err());
    }

    @Test
    void pixelCache_anywhere_givesTheSameEpochs() throws IOException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        List<Result> runs = new ArrayList<>();
        for (Object place : new Object[] {"off", "memory", disk}) {
            Path out = folder.resolve("pixels" + runs.size());
            runs.add(run("--data", data, "--epochs", 2, "--recipe", "reference", "--pixel-cache", place, "--out", out));
            assertEquals(0, runs.get(runs.size() - 1).status(), runs.toString());
        }
        assertEquals(4, epochs(runs.get(0)).size());
        assertEquals(epochs(runs.get(0)), epochs(runs.get(1)));
        assertEquals(epochs(runs.get(0)), epochs(runs.get(2)));
        try (Stream<Path> left = Files.list(disk)) {
            assertEquals(0, left.count());
        }
        Result fast = run("--data", data, "--pixel-cache", "memory");
        assertEquals(2, fast.status());
        assertTrue(fast.err().startsWith("--pixel-cache: goes with --recipe reference"), fast.err());
        Result nowhere = run("--data", data, "--recipe", "reference", "--pixel-cache", "no-such-folder");
        assertEquals(2, nowhere.status());
        assertTrue(nowhere.err().startsWith("--pixel-cache: there is no no-such-folder"), nowhere.err());
    }

    @Test
    void fastDecode_isRememberedByTheModel() throws IOException {
        Path out = folder.resolve("scaled");
        Result r = run("--data", data, "--epochs", 1, "--fast-decode", "--out", out);
        assertEquals(0, r.status(), r.err());
        try (Classifier c = Classifier.load(out.resolve("model.pt"))) {
            assertEquals(Decoding.SCALED, c.card().preprocessing().decoding());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void sigterm_finishesTheStep_andResumeGivesTheSameBytes() throws Exception {
        Path straight = folder.resolve("straight");
        Result whole = run(words(straight).toArray());
        assertEquals(0, whole.status(), whole.err());
        Path stopped = folder.resolve("stopped");
        Process p = child(stopped);
        List<String> lines = new ArrayList<>();
        try (BufferedReader in = p.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
                if (line.startsWith("Validation Accuracy") && p.isAlive()) {
                    p.toHandle().destroy(); // SIGTERM; Process.destroy would also close the stream
                }
            }
        }
        assertTrue(p.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(143, p.exitValue(), lines.toString());
        String last = lines.get(lines.size() - 1);
        assertTrue(last.startsWith("stopped; go on with: examples/catdog"), lines.toString());
        assertTrue(last.endsWith(" --resume " + stopped.resolve("checkpoint")), last);
        assertFalse(Files.exists(stopped.resolve("model.pt")));
        assertEquals(
                0,
                child(stopped, "--resume", stopped.resolve("checkpoint").toString())
                        .waitFor());
        assertEquals(-1, Files.mismatch(straight.resolve("model.pt"), stopped.resolve("model.pt")));
    }

    private static List<String> words(Path out, String... more) {
        List<String> words = new ArrayList<>(List.of("--data", data.toString(), "--epochs", "4", "--batch-size", "8"));
        words.addAll(List.of("--recipe", "reference")); // its epochs last long enough for a signal in their middle
        words.addAll(List.of("--out", out.toString()));
        words.addAll(List.of(more));
        return words;
    }

    private static Process child(Path out, String... more) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CatDog.class.getName()));
        command.addAll(words(out, more));
        ProcessBuilder b = new ProcessBuilder(command);
        if (more.length > 0) {
            b.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        return b.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
