package dev.graft.image.resize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.ChildJvm;
import dev.graft.image.Pixels;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.natives.global.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import org.junit.jupiter.api.Assumptions;

/** The native resize gives the bytes of plain Java, with each set of instructions that this machine has. */
class NativeResizeTest {
    /** What is resized, by which filter, and to what. Edges are shares of the side. */
    record Case(
            Size from,
            int channels,
            long seed,
            boolean extreme,
            ResizeFilter filter,
            Span across,
            Span down,
            Size to,
            int instructions) {
        PillowResize.Job job() {
            byte[] pixels = new byte[from.width * from.height * channels];
            new Random(seed).nextBytes(pixels);
            if (extreme) // black and white: sums reach beyond both ends
            for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) (pixels[i] < 0 ? 255 : 0);
            PillowResize.Box box = new PillowResize.Box(
                    across.from(from.width), down.from(from.height), across.to(from.width), down.to(from.height));
            return PillowResize.job(
                    Bitmap.of(pixels, from.width, from.height, channels), filter, box, to.height, to.width);
        }
    }

    record Size(int width, int height) {}

    /** A part of a side. */
    record Span(float start, float share) {
        float from(int side) {
            return start * side;
        }

        float to(int side) {
            return Math.min(side, Math.max(Math.nextUp(from(side)), from(side) + share * (side - from(side))));
        }
    }

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.MIXIN, shrinking = ShrinkingMode.BOUNDED)
    void native_anyPicture_equalsJava(@ForAll("cases") Case any) {
        PillowResize.Job job = any.job();
        Kernels.graft_limit_instructions(any.instructions);
        assertArrayEquals(PillowResize.resize(job, false), PillowResize.resize(job, true));
    }

    @AfterProperty
    void allInstructionsAgain() {
        Kernels.graft_limit_instructions(Integer.MAX_VALUE);
    }

    @Provide
    Arbitrary<Case> cases() {
        Assumptions.assumeTrue(KernelLibrary.here(), "needs Graft's native library (a C++ compiler at build time)");
        return Combinators.combine(
                        sizes(),
                        Arbitraries.of(1, 3, 4),
                        Arbitraries.longs().withoutEdgeCases(),
                        Arbitraries.of(false, false, false, true),
                        Arbitraries.of(ResizeFilter.class),
                        spans(),
                        spans(),
                        sizes())
                .flatAs((from, channels, seed, extreme, filter, across, down, to) -> Arbitraries.integers()
                        .between(0, Kernels.graft_instructions())
                        .map(level -> new Case(from, channels, seed, extreme, filter, across, down, to, level)));
    }

    private static Arbitrary<Size> sizes() {
        Arbitrary<Integer> side = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 4),
                Arbitraries.integers().between(1, 40),
                Arbitraries.integers().between(1, 300));
        return Combinators.combine(side, side).as(Size::new);
    }

    private static Arbitrary<Span> spans() {
        Arbitrary<Span> part = Combinators.combine(
                        Arbitraries.floats().between(0, 0.99f).ofScale(6),
                        Arbitraries.floats().between(0.001f, 1).ofScale(6))
                .as(Span::new)
                .withoutEdgeCases();
        return Arbitraries.oneOf(Arbitraries.just(new Span(0, 1)), part);
    }

    /** Many threads that resize and make garbage in a small heap: pinned arrays would stall the G1 collector for too long. */
    static final class Crowd {
        public static void main(String[] args) throws InterruptedException {
            Pixels picture = new Pixels(2000, 1500, new byte[3 * 2000 * 1500]);
            long end = System.nanoTime() + 4_000_000_000L;
            AtomicInteger failed = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 24; i++)
                threads.add(new Thread(() -> {
                    while (System.nanoTime() < end)
                        try {
                            picture.resized(224, 224);
                            byte[][] garbage = new byte[50][];
                            for (int k = 0; k < garbage.length; k++) garbage[k] = new byte[40_000];
                        } catch (OutOfMemoryError e) {
                            failed.incrementAndGet();
                        }
                }));
            threads.forEach(Thread::start);
            for (Thread t : threads) t.join();
            System.out.println(KernelLibrary.here() + " " + failed);
        }
    }

    @Example
    void resize_manyThreadsInASmallHeap_noneRunsOutOfMemory() throws IOException {
        Path folder = Files.createTempDirectory("graft-crowd");
        try {
            ChildJvm.Result child = ChildJvm.run(folder, List.of("-Xmx96m", "-XX:+UseG1GC"), Crowd.class);
            assertEquals(KernelLibrary.here() + " 0", child.output().strip());
        } finally {
            deleteAll(folder);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }
}
