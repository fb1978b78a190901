package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** A small file of each odd kind, made by tools/golden_odd.py: Pillow's verdict and pixels, or the words with which we refuse. */
class OddPictureTest {
    private static final List<String[]> ROWS = DrawnPicture.rows("odd/table.tsv");

    private static final int MUTATIONS = Integer.getInteger("graft.odd.mutations", 10);
    private static final long MOST_MILLIS = 10_000;

    private final PictureReader reader = new PictureReader(Preprocessing.standard());

    @Test
    void decode_everyOddKind_hasPillowsVerdictAndPixels() {
        List<String> wrong = new ArrayList<>();
        int read = 0;
        for (String[] row : ROWS) {
            String seen = seen(row[0]);
            boolean refused = row[1].equals("refused") || row.length > 4;
            if (refused && !seen.startsWith("refused")) wrong.add(row[0] + ": " + seen + " where Pillow refuses");
            if (refused) continue;
            read++;
            String expected = row[1] + " x " + row[2] + " " + row[3];
            if (!seen.equals(expected)) wrong.add(row[0] + ": " + seen + " where Pillow has " + expected);
        }
        assertEquals(List.of(), wrong);
        assertTrue(read > 150, read + " files read");
    }

    /** What is only not read is never called damaged, and the message names the kind. */
    @Test
    void decode_kindThatIsNotRead_isNamed() {
        int kinds = 0;
        for (String[] row : ROWS) {
            if (row.length < 5) continue;
            String seen = seen(row[0]);
            boolean damaged = row[4].equals("damaged") || row[4].equals("truncated");
            assertTrue(seen.contains(row[4]), row[0] + ": " + seen);
            assertEquals(!damaged, seen.contains("of a kind that is not read ("), row[0] + ": " + seen);
            assertTrue(seen.contains("; allowed: "), row[0] + ": " + seen);
            kinds++;
        }
        assertTrue(kinds > 10, kinds + " kinds");
    }

    /** -Dgraft.odd.mutations=N: more of them. */
    @Test
    void decode_mutatedOddFiles_giveAPictureOrAPictureException() {
        Random random = new Random(20_261_128);
        for (String[] row : ROWS) {
            byte[] file = DrawnPicture.resource("odd/" + row[0]);
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutated = Arrays.copyOf(file, file.length - (i % 8 == 0 ? random.nextInt(file.length) : 0));
                for (int k = random.nextInt(4); k >= 0 && mutated.length > 0; k--)
                    mutated[random.nextInt(mutated.length)] =
                            (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3) - 1);
                long start = System.nanoTime();
                decodeOrRefuse(mutated, row[0]);
                long millis = (System.nanoTime() - start) / 1_000_000;
                assertTrue(millis < MOST_MILLIS, row[0] + ", mutation " + i + ": " + millis + " ms");
            }
        }
    }

    @Test
    void decode_everyOddKind_leavesNoNativeMemory() {
        for (String[] row : ROWS) seen(row[0]); // what is made only once
        long bytes = Pointer.totalBytes();
        long count = Pointer.totalCount();
        for (String[] row : ROWS) seen(row[0]);
        assertEquals(bytes, Pointer.totalBytes());
        assertEquals(count, Pointer.totalCount());
    }

    private void decodeOrRefuse(byte[] file, String name) {
        try {
            assertTrue(reader.decode(file, name).width() > 0);
        } catch (PictureException e) {
            assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
        }
    }

    /** The size and the SHA-256 of the pixels, or why it is refused. */
    private String seen(String name) {
        try {
            Pixels p = reader.decode(DrawnPicture.resource("odd/" + name), name);
            return p.width() + " x " + p.height() + " " + DrawnPicture.sha256(p.rgb());
        } catch (PictureException e) {
            assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
            return "refused: " + e.getMessage();
        }
    }
}
