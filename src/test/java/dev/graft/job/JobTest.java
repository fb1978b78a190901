package dev.graft.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.data.ImageFolder;
import dev.graft.data.archive.Archives;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of pictures to a folder with a model. */
class JobTest {
    private static final TrainingPlan PLAN = TrainingPlan.fast().withEpochs(3).withBatchSize(4);

    @TempDir
    static Path folder;

    private static Path weights;
    private static ImageFolder data;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        data = pictures("pictures", "cat", "dog");
    }

    private static ImageFolder pictures(String name, String... classes) throws IOException {
        int picture = 0;
        for (String part : new String[] {"train", "val"}) {
            for (String c : classes) {
                Path place = Files.createDirectories(
                        folder.resolve(name).resolve(part).resolve(c));
                for (int i = 0; i < (part.equals("train") ? 6 : 2); i++)
                    HashState.picture(place.resolve(i + ".png"), picture++);
            }
        }
        return ImageFolder.open(folder.resolve(name));
    }

    private static Job job() {
        return Job.graft(weights, data, SmallRun.CARD.preprocessing())
                .plan(PLAN)
                .seed(5);
    }

    private static RunFolder run(String name) throws IOException {
        return RunFolder.in(folder.resolve(name));
    }

    private static List<String> files(RunFolder run) throws IOException {
        try (Stream<Path> all = Files.walk(run.folder())) {
            return all.filter(Files::isRegularFile)
                    .map(f -> run.folder().relativize(f).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void run_writesModelCheckpointMetricsAndPredictions() throws IOException {
        RunFolder run = run("whole");
        List<Class<?>> told = new ArrayList<>();
        Result result = job().into(run).listener(e -> told.add(e.getClass())).run();
        assertFalse(result.stopped());
        assertEquals(4, result.evaluation().orElseThrow().samples().length);
        assertEquals(List.of("checkpoint/checkpoint.pt", "metrics.jsonl", "model.pt", "predictions.csv"), files(run));
        assertEquals(5, Files.readAllLines(run.predictions()).size());
        assertEquals(64, result.sha256().orElseThrow().length());
        try (Classifier c = Classifier.load(run.model())) {
            assertEquals(List.of("cat", "dog"), c.card().classes());
        }
        assertEquals(Event.RunBegan.class, told.get(0));
        assertEquals(Event.PhaseBegan.class, told.get(1));
        assertEquals(Event.RunEnded.class, told.get(told.size() - 1));
        assertTrue(told.containsAll(List.of(
                Event.PicturesPassed.class,
                Event.FeaturesReady.class,
                Event.StepsTaken.class,
                Event.EpochEnded.class,
                Event.CheckpointWritten.class)));
    }

    @Test
    void run_auto_writesWhatTheFoldsSay_andGivesIt() throws IOException {
        RunFolder run = run("auto");
        Result result = job().plan(TrainingPlan.auto()).into(run).run();
        Event.HeadFitted head = result.head().orElseThrow();
        List<String> lines = Files.readAllLines(run.outOfFold());
        assertEquals("file,actual,predicted,p(actual),p(predicted)", lines.get(0));
        assertEquals(1 + 12, lines.size());
        String least = head.outOfFold().stream()
                .min(Comparator.comparingDouble(Event.OutOfFold::probability))
                .orElseThrow()
                .file()
                .getFileName()
                .toString();
        assertTrue(lines.get(1).contains(least), lines + " for " + least);
        List<String> metrics = Files.readAllLines(run.metrics());
        assertEquals(
                head.choice().tried().size(),
                metrics.stream().filter(l -> l.contains("\"penalty\":")).count(),
                metrics.toString());
        assertEquals(
                1, metrics.stream().filter(l -> l.contains("\"chosen\":true")).count());
        assertEquals(
                1, metrics.stream().filter(l -> l.contains("majority_accuracy")).count());
        job().into(run).run();
        assertFalse(Files.exists(run.outOfFold()), "it is of an earlier run");
        assertTrue(job().run().head().isEmpty());
    }

    @Test
    void stopped_thenResumed_endsWithTheSameBytes() throws IOException {
        RunFolder straight = run("straight");
        job().into(straight).run();
        RunFolder run = run("stopped");
        AtomicInteger asked = new AtomicInteger();
        boolean[] learning = {false};
        Result stopped = job().into(run)
                .listener(TrainingListener.on(Event.FeaturesReady.class, e -> learning[0] = true))
                .stopWhen(() -> learning[0] && asked.incrementAndGet() == 5)
                .run();
        assertTrue(stopped.stopped() && stopped.sha256().isEmpty());
        assertEquals(List.of("checkpoint/checkpoint.pt", "metrics.jsonl"), files(run));
        List<Event.Resumed> from = new ArrayList<>();
        Job.resume(run.folder().resolve("checkpoint"), data)
                .into(run)
                .listener(TrainingListener.on(
                        Event.RunBegan.class, e -> from.add(e.resumed().orElseThrow())))
                .run();
        assertEquals(List.of(new Event.Resumed(2, 1)), from); // three steps an epoch, and a question at its end
        assertEquals(-1, Files.mismatch(straight.model(), run.model()));
        assertEquals(-1, Files.mismatch(straight.predictions(), run.predictions()));
    }

    /** Each time it is unpacked to another place. */
    @Test
    void zip_resumed_isTheSameData() throws IOException {
        Path zip = Archives.of(folder.resolve("pictures"), folder.resolve("pictures.zip"));
        RunFolder straight = run("unzipped");
        job().into(straight).run();
        RunFolder run = run("zipped");
        AtomicInteger asked = new AtomicInteger();
        try (ImageFolder zipped = ImageFolder.open(zip)) {
            Result stopped = Job.graft(weights, zipped, SmallRun.CARD.preprocessing())
                    .plan(PLAN)
                    .seed(5)
                    .into(run)
                    .listener(TrainingListener.on(Event.EpochEnded.class, e -> asked.incrementAndGet()))
                    .stopWhen(() -> asked.get() == 1)
                    .run();
            assertTrue(stopped.stopped());
        }
        try (ImageFolder zipped = ImageFolder.open(zip)) {
            Job.resume(run.checkpoint(), zipped).into(run).run();
        }
        assertEquals(-1, Files.mismatch(straight.model(), run.model()));
        assertEquals(-1, Files.mismatch(straight.predictions(), run.predictions()));
    }

    @Test
    void fresh_takesTheFirstFolderBesideThatHoldsNoRun() throws IOException {
        RunFolder first = run("named");
        assertEquals(folder.resolve("named"), first.fresh(true).folder());
        Files.createFile(Files.createDirectories(folder.resolve("named")).resolve("model.pt"));
        Files.createFile(
                Files.createDirectories(folder.resolve("named-2/checkpoint")).resolve("checkpoint.pt"));
        assertEquals(folder.resolve("named-3"), first.fresh(true).folder());
        assertEquals(folder.resolve("named"), first.fresh(false).folder());
        first.clear();
        assertEquals(List.of(), first.ofAnEarlierRun());
        Path file = Files.createFile(folder.resolve("file"));
        String said = assertThrows(IOException.class, () -> RunFolder.in(file)).getMessage();
        assertTrue(said.startsWith("out: " + file + " is a file; give a writable folder"), said);
    }

    /** What a new run finds in its folder goes with its first step, and not before. */
    @Test
    void anEarlierRunsFiles_goWithTheFirstStep_notIfItIsRefused() throws IOException {
        RunFolder run = run("again");
        job().into(run).run();
        assertEquals(4, run.ofAnEarlierRun().size());
        assertEquals(folder.resolve("again-2"), run.fresh(true).folder());
        assertEquals(run, run.fresh(false));
        List<String> before = files(run);
        assertThrows(IllegalArgumentException.class, () -> job().plan(
                        PLAN.withGroups(List.of(new ParameterGroup("layer9", 1))))
                .into(run)
                .run());
        assertEquals(before, files(run));
        boolean[] gone = {false};
        job().into(run)
                .listener(TrainingListener.on(Event.StepsTaken.class, e -> gone[0] |= !Files.exists(run.model())))
                .listener(TrainingListener.on(Event.EpochEnded.class, e -> gone[0] &= !Files.exists(run.model())))
                .run();
        assertTrue(gone[0]);
        assertEquals(before, files(run));
    }

    @Test
    void resume_withWhatDoesNotGoTogether_isRefusedBeforeAnythingIsTrained() throws IOException {
        RunFolder run = run("refused");
        job().into(run).run();
        Path checkpoint = run.checkpoint();
        ImageFolder others = pictures("others", "bird", "cat");
        String classes = assertThrows(
                        IOException.class, () -> Job.resume(checkpoint, others).run())
                .getMessage();
        assertTrue(classes.contains("has the classes [cat, dog], but the data has [bird, cat]"), classes);
        String plan = assertThrows(IllegalArgumentException.class, () -> Job.resume(checkpoint, data)
                        .plan(p -> p.withBatchSize(5).withSeed(9))
                        .run())
                .getMessage();
        assertTrue(plan.contains("another plan: input.batchSize was 4, is 5; seed was 0, is 9; only the epochs"), plan);
        String fewer = assertThrows(IllegalArgumentException.class, () -> Job.resume(checkpoint, data)
                        .plan(p -> p.withEpochs(2))
                        .run())
                .getMessage();
        assertTrue(fewer.contains("the plan has 2 epochs; resume with at least 3"), fewer);
        assertThrows(IOException.class, () -> Job.resume(folder.resolve("nowhere"), data)
                .run());
    }

    @Test
    void withoutAFolder_nothingIsWritten() throws IOException {
        List<Path> before;
        try (Stream<Path> all = Files.walk(folder)) {
            before = all.sorted().toList();
        }
        Result result = job().run();
        assertTrue(result.sha256().isEmpty());
        assertEquals(4, result.evaluation().orElseThrow().samples().length);
        try (Stream<Path> all = Files.walk(folder)) {
            assertEquals(before, all.sorted().toList());
        }
    }
}
