package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportVerbTest {
    @TempDir
    Path run;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                run.resolve("predictions.csv"), "file,actual,predicted,p(cat),p(dog)\na.jpg,cat,dog,0.2,0.8\n");
    }

    private int graft(Object... words) {
        String[] all = new String[words.length];
        for (int i = 0; i < all.length; i++) all[i] = words[i].toString();
        return Graft.run(
                all,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void report_isWrittenIntoTheFolder() throws IOException {
        assertEquals(ExitStatus.DONE, graft("report", run), this::err);
        assertEquals("report: " + run.resolve("report.html") + "\n", out());
        assertTrue(Files.readString(run.resolve("report.html")).startsWith("<!doctype html>"));
    }

    @Test
    void out_isWhereItGoes() {
        assertEquals(ExitStatus.DONE, graft("report", run, "--out", run.resolve("a/b.html"), "--json"), this::err);
        assertTrue(Files.exists(run.resolve("a/b.html")));
        assertTrue(out().contains("\"report\":\"" + run.resolve("a/b.html") + "\""), this::out);
    }

    @Test
    void damagedFile_isWarnedOf() throws IOException {
        Files.writeString(run.resolve("run.json"), "{");
        assertEquals(ExitStatus.DONE, graft("report", run), this::err);
        assertTrue(err().startsWith("run.json: it is damaged"), this::err);
    }

    @Test
    void folderWithoutRun_isOneLine() throws IOException {
        Files.delete(run.resolve("predictions.csv"));
        assertEquals(ExitStatus.ERROR, graft("report", run));
        assertTrue(err().startsWith("graft report: report: " + run + " holds no run"), this::err);
    }

    @Test
    void noFolder_isAWrongUse() {
        assertEquals(ExitStatus.USAGE, graft("report"));
        assertEquals("graft report: report: give one folder, that of a run or an evaluation; was none\n", err());
    }
}
