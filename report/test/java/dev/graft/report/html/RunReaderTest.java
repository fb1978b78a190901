package dev.graft.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunReaderTest {
    @TempDir
    Path place;

    private RunFolder folder;

    @BeforeEach
    void make() {
        folder = new RunFolder(place);
    }

    private Run read() throws IOException {
        return RunReader.read(place);
    }

    @Test
    void read_wholeRun_hasAllParts() throws IOException {
        RunFolder.whole(place);
        Run run = read();
        assertEquals(List.of(), run.notes());
        assertEquals(List.of("graft", "train", "my pets"), run.record().command());
        assertEquals(1900, run.record().count("training"));
        assertEquals(12, run.log().steps().size());
        assertEquals(0.75, run.log().epochs().get(2).value("val_accuracy"));
        assertEquals(3, run.results().get(0).scores().correct());
        assertEquals(4, run.outOfFold().size());
    }

    @Test
    void read_filesOfToday_withoutRecord_areEnough() throws IOException {
        folder.metrics().predictions();
        Run run = read();
        assertEquals(List.of(), run.notes());
        assertEquals(List.of(), run.record().classes());
        assertEquals(List.of("cat", "dog"), run.results().get(0).classes());
    }

    @Test
    void read_folderWithoutRun_namesTheFiles() throws IOException {
        Files.writeString(place.resolve("letter.txt"), "");
        IOException e = assertThrows(IOException.class, this::read);
        assertTrue(e.getMessage().contains(place + " holds no run (none of run.json, evaluation.json"), e.getMessage());
    }

    @Test
    void read_aStudy_isRefused_withWhereItsFiguresAre() throws IOException {
        folder.write("study.json", "{}").outOfFold();
        IOException e = assertThrows(IOException.class, () -> RunReader.read(place));
        assertTrue(e.getMessage().contains(place + " holds a study"), e.getMessage());
        for (String where : List.of("study.json", "console.log", "out-of-fold.csv"))
            assertTrue(e.getMessage().contains(where), e.getMessage());
    }

    @Test
    void read_missingFolder_isNamed() {
        IOException e = assertThrows(IOException.class, () -> RunReader.read(place.resolve("nowhere")));
        assertTrue(e.getMessage().contains("nowhere does not exist"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run.json        | {\"format\":1            | run.json: it is damaged (",
                "run.json        | [1,2]                    | run.json: it cannot be read (it is no JSON object)",
                "predictions.csv | a,b,c,d                  | predictions.csv: it cannot be read (its first line is not file,actual",
                "predictions.csv | file,actual,predicted    | predictions.csv: it cannot be read (it has no column p(CLASS))",
                "predictions.csv | 'file,actual,predicted,p(cat)\nx,cat,cat,none' | row 2: p(cat) was 'none', expected a number",
                "predictions.csv | 'file,actual,predicted,p(cat)\nx,cat,cat'      | row 2 has 3 fields, expected 4",
                "predictions.csv | 'file,actual,predicted,p(cat)\n\"x,cat,cat,1'  | predictions.csv: it cannot be read (row 2",
                "out-of-fold.csv | ''                       | out-of-fold.csv: it cannot be read (it is empty)",
                "metrics.jsonl   | '{\"epoch\":1,\"st'      | metrics.jsonl: 1 of its lines are no JSON",
                "metrics.jsonl   | '{\"epoch\":2000000000,\"step\":0,\"loss\":1}' | metrics.jsonl: 1 of its lines",
            })
    void read_damagedFile_becomesANoteAndTheRestIsThere(String name, String content, String note) throws IOException {
        RunFolder.whole(place).write(name, content);
        Run run = read();
        assertEquals(1, run.notes().size(), () -> run.notes().toString());
        assertTrue(run.notes().get(0).contains(note), () -> run.notes().toString());
        assertTrue(folder.report().contains("Left out of this report"));
    }

    @Test
    void read_notUtf8_becomesANote() throws IOException {
        folder.predictions();
        Files.write(place.resolve("metrics.jsonl"), new byte[] {'{', (byte) 0xff, '\n'});
        assertEquals(List.of("metrics.jsonl: it is damaged (not UTF-8); what it tells is left out"), read().notes());
    }

    @Test
    void read_classWithoutColumn_isCountedAndLeftOut() throws IOException {
        folder.write("predictions.csv", "file,actual,predicted,p(cat)\na,cat,cat,1.0\nb,bird,cat,1.0\n");
        Run run = read();
        assertEquals(1, run.results().get(0).scores().count());
        assertTrue(run.notes().get(0).startsWith("predictions.csv: 1 of its rows have a class without a column"));
    }

    @Test
    void predictions_equalAfterRounding_followTheFile() throws IOException {
        folder.write("predictions.csv", "file,actual,predicted,p(cat),p(dog)\na,cat,dog,0.5000000,0.5000000\n");
        Predictions read = read().results().get(0);
        assertEquals("dog", read.predicted(0));
        assertFalse(read.isRight(0));
    }

    @Test
    void predictions_probabilities_areThoseOfTheFile() throws IOException {
        folder.predictions();
        Predictions read = read().results().get(0);
        assertEquals(0.95, read.probability(2, 1), 1e-6);
        assertEquals(0, read.probability(5, 0));
        assertTrue(Double.isFinite(Metrics.loss().of(read.scores())));
    }

    @Test
    void read_evaluation_isToldApart() throws IOException {
        folder.predictions().write("evaluation.json", "{\"model\":\"m.pt\",\"seconds\":2}");
        Run run = read();
        assertTrue(run.record().isEvaluation());
        assertEquals("Evaluation", run.results().get(0).name());
    }
}
