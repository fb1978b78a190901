package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportVerbTest {
    @TempDir
    Path run;

    private Typed typed; // the last one

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                run.resolve("predictions.csv"), "file,actual,predicted,p(cat),p(dog)\na.jpg,cat,dog,0.2,0.8\n");
    }

    private int graft(Object... words) {
        typed = Typed.graft(words);
        return typed.status();
    }

    private String out() {
        return typed.out();
    }

    private String err() {
        return typed.err();
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
        assertEquals("graft report: give one folder, that of a run or an evaluation; was none\n", err());
    }
}
