package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Settled;
import dev.graft.Slice;
import dev.graft.image.Preprocessing;
import dev.graft.model.HashState;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictionStreamTest {
    @TempDir
    static Path folder;

    private static final PredictorOptions EXACT = PredictorOptions.exact().withDevice(ComputeDevice.CPU);

    private static Path model;
    private static List<Path> pictures;

    @BeforeAll
    static void saveModel() throws IOException {
        Threads.set(2);
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        model = GoldenModel.save(
                folder.resolve("model.pt"), weights, Preprocessing.standard().withResize(GoldenModel.STRETCH));
        pictures = GoldenModel.draw(folder.resolve("pictures"), 40);
    }

    /** A list that never ends by itself; counts what was asked for. */
    private static final class Endless implements Iterator<Path> {
        int asked;

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Path next() {
            return pictures.get(asked++ % pictures.size());
        }
    }

    private static List<Answer> all(PredictionStream stream) {
        List<Answer> answers = new ArrayList<>();
        stream.forEachRemaining(answers::add);
        return answers;
    }

    @Test
    void stream_badOnesAmongMany_answersInOrderAsPyTorchDoes() throws IOException {
        Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
        List<Path> some = new ArrayList<>();
        for (int round = 0; round < 4; round++) some.addAll(pictures);
        for (int bad : List.of(0, 1, 2, 40, 41, 100, 164)) some.add(bad, text);
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream stream = p.stream(some.iterator())) {
            List<Answer> answers = all(stream);
            assertEquals(some, answers.stream().map(Answer::picture).toList());
            for (Answer answer : answers) {
                if (answer instanceof Answer.Classified c) {
                    GoldenModel.assertIsGolden("stretch", pictures.indexOf(c.picture()), c.prediction());
                } else {
                    assertEquals(text, answer.picture());
                    assertTrue(((Answer.Unreadable) answer).reason().startsWith(text + ": "), answer.toString());
                }
            }
            assertThrows(NoSuchElementException.class, stream::next);
        }
    }

    @Test
    void stream_onlyBadOnesOrNone_hasTheirAnswers() throws IOException {
        List<Path> none = IntStream.range(0, 70)
                .mapToObj(i -> folder.resolve("none" + i + ".png"))
                .toList();
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream bad = p.stream(none.iterator());
                PredictionStream empty = p.stream(List.<Path>of().iterator())) {
            List<Answer> answers = all(bad);
            assertEquals(none, answers.stream().map(Answer::picture).toList());
            answers.forEach(a -> assertInstanceOf(Answer.Unreadable.class, a));
            assertFalse(empty.hasNext());
        }
    }

    @Test
    void logits_haveTheProbabilitiesAsTheirSoftmax() throws IOException {
        try (Predictor p = Predictor.open(model, EXACT)) {
            Prediction one = p.predict(pictures.get(3));
            double sum = one.logits().stream().mapToDouble(Math::exp).sum();
            for (int c = 0; c < one.logits().size(); c++) {
                assertEquals(
                        Math.exp(one.logits().get(c)) / sum, one.probabilities().get(c), 1e-6);
            }
        }
    }

    /** The first answer waits for one picture only; the list is never asked for more than three batches ahead. */
    @Test
    void stream_asksForFewPicturesAhead() throws IOException {
        Endless endless = new Endless();
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream stream = p.stream(endless)) {
            for (int i = 1; i <= 200; i++) {
                stream.next();
                assertTrue(endless.asked <= i + 3 * 32, "after " + i + ": " + endless.asked);
            }
        }
    }

    /** As a list that another program writes: who asks for the next picture before it is there would wait for ever. */
    @Test
    void stream_listThatWaits_givesTheAnswersSoFar() throws IOException {
        int[] there = {0};
        int[] asked = {0};
        Iterator<Path> slow = new Iterator<>() {
            @Override
            public boolean hasNext() {
                assertTrue(asked[0] < there[0], "asked for picture " + asked[0] + " too early");
                return true;
            }

            @Override
            public Path next() {
                return pictures.get(asked[0]++ % pictures.size());
            }
        };
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream stream = p.stream(slow, () -> asked[0] == there[0])) {
            for (int some : new int[] {1, 1, 5, 40, 3}) {
                there[0] += some;
                for (int i = 0; i < some; i++) {
                    int number = there[0] - some + i;
                    assertEquals(
                            pictures.get(number % pictures.size()),
                            stream.next().picture());
                }
            }
        }
    }

    @Test
    void close_inTheMiddle_leavesNothingBehind() throws IOException {
        try (Predictor p = Predictor.open(model, EXACT)) {
            takeSome(p, 2);
            long before = Settled.count();
            for (int i = 0; i < 5; i++) takeSome(p, 20 * i);
            assertEquals(before, Pointer.totalCount());
            assertEquals(List.of(), decoders());
            GoldenModel.assertIsGolden("stretch", 0, p.predict(pictures.get(0)));
        }
    }

    private static void takeSome(Predictor p, int count) {
        try (PredictionStream stream = p.stream(new Endless())) {
            for (int i = 0; i < count; i++) stream.next();
        }
    }

    /** The threads that decode, once those that are about to end have ended. */
    private static List<String> decoders() {
        List<String> names = List.of("?");
        for (int i = 0; i < 100 && !names.isEmpty(); i++) {
            names = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(n -> n.equals("graft-decode"))
                    .toList();
            LockSupport.parkNanos(10_000_000);
        }
        return names;
    }

    @Test
    void stream_interruptedThread_endsAndKeepsTheFlag() throws IOException {
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream stream = p.stream(new Endless())) {
            stream.next();
            Thread.currentThread().interrupt();
            Exception e = assertThrows(UncheckedIOException.class, stream::hasNext);
            assertInstanceOf(InterruptedIOException.class, e.getCause());
            assertTrue(Thread.interrupted());
            assertFalse(stream.hasNext());
            assertEquals(List.of(), decoders());
        }
    }

    @Test
    void stream_listFails_givesTheAnswersBeforeItAndThenItsException() throws IOException {
        Iterator<Path> breaks = Stream.concat(pictures.stream(), Stream.generate(() -> {
                    throw new IllegalStateException("the list broke");
                }))
                .iterator();
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream stream = p.stream(breaks)) {
            for (Path picture : pictures) assertEquals(picture, stream.next().picture());
            Exception e = assertThrows(IllegalStateException.class, stream::hasNext);
            assertEquals("the list broke", e.getMessage());
            assertFalse(stream.hasNext());
        }
    }

    /** A stream that its owner forgot does not hold up the predictor, and does not use it afterwards. */
    @Test
    void closeOfThePredictor_withAnOpenStream_returnsAndEndsTheStream() throws IOException {
        Predictor p = Predictor.open(model, EXACT);
        try (PredictionStream stream = p.stream(new Endless())) {
            stream.next();
            p.close();
            Exception e = assertThrows(IllegalStateException.class, () -> {
                while (true) stream.next();
            });
            assertEquals("predictor: used after close; open a new one", e.getMessage());
        }
        assertThrows(IllegalStateException.class, () -> p.stream(pictures.iterator()));
    }

    @Test
    void stream_null_saysWhich() throws IOException {
        List<Path> second = new ArrayList<>(pictures.subList(0, 1));
        second.add(null);
        try (Predictor p = Predictor.open(model, EXACT);
                PredictionStream stream = p.stream(second.iterator())) {
            stream.next();
            Exception e = assertThrows(NullPointerException.class, stream::next);
            assertEquals("pictures: an element is null; give only files", e.getMessage());
            assertThrows(NullPointerException.class, () -> p.stream(null));
        }
    }

    /** Each link is read and decoded anew. The 100,000 of them with -Dgraft.whole=true. */
    @Test
    @Timeout(3600)
    @EnabledOnOs(OS.LINUX)
    void stream_manyLinks_holdsWhatAHundredthOfThemDid() throws IOException {
        int links = Slice.of(100_000, 1000);
        Path many = Files.createDirectories(folder.resolve("many"));
        long bytes = 0;
        for (int i = 0; i < links; i++) {
            Path picture = pictures.get(i % pictures.size());
            bytes += Files.size(picture);
            Files.createLink(many.resolve(String.format("%06d.png", i)), picture);
        }
        List<String> flags = List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:SoftRefLRUPolicyMSPerMB=0");
        try (ChildJvm child = ChildJvm.start(folder, flags, LongList.class, model, many, links)) {
            ChildJvm.Result result = child.await(Duration.ofHours(1));
            assertEquals(0, result.exit(), result.output());
            List<String> lines = result.output().lines().toList();
            assertEquals(4, lines.size(), result.output());
            long[] early = numbers(lines.get(0));
            for (String line : lines.subList(1, 3)) {
                assertTrue(numbers(line)[2] <= 1.03 * early[2], "resident memory: " + result.output());
                assertTrue(numbers(line)[3] <= 1.05 * early[3], "live heap: " + result.output());
            }
            assertTrue(numbers(lines.get(3).replace("read ", ""))[0] >= bytes, "decodes: " + result.output());
        }
    }

    private static long[] numbers(String line) {
        return Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }
}
