package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose pictures have any number of labels, as data. */
class MultiLabelTableTest {
    @TempDir
    Path root;

    private ImageFolder open(String... lines) throws IOException {
        return ImageFolder.open(Files.writeString(root.resolve("labels.csv"), String.join("\n", lines)), 0.25, 3);
    }

    private String refused(String... lines) {
        return assertThrows(DatasetException.class, () -> open(lines)).getMessage();
    }

    private List<String> shown(ImageFolder data, List<Sample> samples) {
        return samples.stream()
                .map(s -> data.nameOf(s) + ":" + data.labelsOf(s))
                .toList();
    }

    @Test
    void table_givesLabelsAndSplits_inTheOrderOfPaths() throws IOException {
        Trees.write(root, "b.jpg", "a/z.jpg", "a.jpg", "c.jpg", "d.jpg");
        ImageFolder data = open(
                "file,labels,split",
                "b.jpg,dog|cat,train",
                "a/z.jpg,emu,train",
                "a.jpg,dog,train",
                "c.jpg,emu;dog;cat,val",
                "d.jpg,cat,test");
        assertTrue(data.isMultiLabel());
        assertEquals(List.of("cat", "dog", "emu"), data.classes());
        assertEquals(List.of("a.jpg:dog", "a/z.jpg:emu", "b.jpg:cat|dog"), shown(data, data.train()));
        assertEquals(List.of(0, 1), data.train().get(2).labels());
        assertEquals(List.of("c.jpg:cat|dog|emu"), shown(data, data.validation()));
        assertEquals(List.of("d.jpg:cat"), shown(data, data.test()));
        assertEquals(List.of(1, 2, 1), data.findings().trainCounts());
        List<String> lines = data.findings().lines();
        assertEquals("3 classes, 3 pictures to train on, 1 to validate with, 1 to test with in the end", lines.get(0));
        assertTrue(lines.contains("  multi-label: a picture has any number of labels, 1.60 on average"), lines + "");
    }

    @Test
    void table_thatNamesItself_isNoFinding() throws IOException {
        Trees.write(root, "a.jpg", "b.jpg", "c.jpg");
        ImageFolder data = open(
                "file,labels,split", "a.jpg,cat|dog,train", "b.jpg,dog,train", "labels.csv,dog,train", "c.jpg,cat,val");
        assertEquals(2, data.train().size());
        assertEquals(List.of(), data.findings().findings());
    }

    @Test
    void columnsOf0And1_mayHavePicturesWithoutLabel() throws IOException {
        Trees.write(root, "a.jpg", "b.jpg", "c.jpg", "d.jpg");
        ImageFolder data = open("image,cat,dog,split", "a,1,1,train", "b,0,0,train", "c,0,1,train", "d,0,0,val");
        assertEquals(List.of("a.jpg:cat|dog", "b.jpg:", "c.jpg:dog"), shown(data, data.train()));
        assertTrue(
                data.findings().taken().get(1).endsWith("0.75 on average; 2 have none"),
                data.findings().taken() + "");
        ImageFolder one = open("image,cat,dog,split", "a,1,0,train", "c,0,1,train", "d,0,1,val");
        assertFalse(one.isMultiLabel(), "each picture has exactly one 1");
        assertEquals(0, one.train().get(0).label());
    }

    @Test
    void withoutValidation_eachLabelIsDivided_theSameWayEachTime() throws IOException {
        List<String> lines = new ArrayList<>(List.of("image,a,b,c,rare"));
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            Trees.write(root, i + ".jpg");
            lines.add(i + "," + random.nextInt(2) + "," + (random.nextInt(4) / 3) + "," + (random.nextInt(10) / 9) + ","
                    + (i < 4 ? 1 : 0));
        }
        ImageFolder data = open(lines.toArray(String[]::new));
        assertTrue(data.isDivided());
        assertEquals(50, data.validation().size(), 2);
        Findings counts = data.findings();
        for (int c = 0; c < 4; c++) {
            int all = counts.trainCounts().get(c) + counts.validationCounts().get(c);
            assertEquals(
                    all / 4.0,
                    counts.validationCounts().get(c),
                    1.5,
                    data.classes().get(c));
        }
        assertEquals(1, counts.validationCounts().get(3));
        ImageFolder again = open(lines.toArray(String[]::new));
        assertEquals(data.validation(), again.validation());
        ImageFolder other = ImageFolder.open(root.resolve("labels.csv"), 0.25, 4);
        assertNotEquals(data.validation(), other.validation());
    }

    @Test
    void split_keepsEachLabelInTraining() {
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            int labels = 1 + random.nextInt(5);
            List<List<Integer>> pictures = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(12); i++)
                pictures.add(IntStream.range(0, labels)
                        .filter(c -> random.nextInt(3) == 0)
                        .boxed()
                        .toList());
            StratifiedSplit how = new StratifiedSplit(0.05 + 0.9 * random.nextDouble(), round);
            BitSet aside = new LabelledSplit(how, pictures, labels).validation();
            assertTrue(aside.cardinality() < pictures.size());
            for (int c = 0; c < labels; c++) {
                int label = c;
                long all = pictures.stream().filter(p -> p.contains(label)).count();
                long trained = IntStream.range(0, pictures.size())
                        .filter(i -> !aside.get(i) && pictures.get(i).contains(label))
                        .count();
                assertTrue(all == 0 || trained > 0, pictures + " " + aside);
            }
        }
    }

    @Test
    void whatCannotBeDone_isRefusedByName() throws IOException {
        Trees.write(root, "a.jpg", "b.jpg", "c.jpg");
        assertTrue(refused("file,labels,split", "a.jpg,cat|dog,train", "b.jpg,emu|cat,val")
                .contains("val set of"));
        assertTrue(refused("file,labels,split", "a.jpg,cat|dog,val").contains("no pictures to train on"));
        assertTrue(refused("file,labels", "a.jpg,cat|dog", "b.jpg,emu|fox").contains("could be set aside"));
        assertTrue(refused("file,labels", "a.jpg,cat|cat", "b.jpg,cat;cat", "c.jpg,cat")
                .contains("only one class"));
        assertTrue(refused("file,labels", "a.jpg,cat|dog", "a.jpg,cat", "b.jpg,dog")
                .contains("line 2 says cat|dog, line 3"));
        assertTrue(refused("file,cat|dog,emu", "a.jpg,1,1", "b.jpg,1,0", "c.jpg,0,1")
                .contains("contains |"));
        assertTrue(refused("file,labels", "a.jpg,cat|dog", "x.jpg,cat").contains("x.jpg"));
    }

    @Test
    void sample_withSeveralLabels_hasNoClass() {
        Sample two = new Sample(Path.of("a.jpg"), List.of(0, 3));
        assertTrue(assertThrows(IllegalStateException.class, two::label)
                .getMessage()
                .contains("a.jpg has 2 labels"));
        assertThrows(IllegalArgumentException.class, () -> new Sample(Path.of("a.jpg"), List.of(3, 0)));
        assertThrows(IllegalArgumentException.class, () -> new Sample(Path.of("a.jpg"), List.of(1, 1)));
        assertThrows(IllegalArgumentException.class, () -> new Sample(Path.of("a.jpg"), -1));
        assertEquals(new Sample(Path.of("a.jpg"), 1), new Sample(Path.of("a.jpg"), List.of(1)));
        assertEquals(1, new Sample(Path.of("a.jpg"), 1).label());
    }
}
