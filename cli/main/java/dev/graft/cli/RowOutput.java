package dev.graft.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes lines in UTF-8, whatever the locale, each at once. Notices when nobody reads any more, as behind {@code | head}. */
final class RowOutput {
    private final PrintStream out;

    RowOutput(PrintStream out) {
        this.out = out;
    }

    /**
     * Writes a line.
     *
     * @return false when the reader has gone
     * @throws IOException when the line could not be written for another reason, such as a full disk
     */
    boolean line(String text) throws IOException {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        if (!out.checkError()) return true;
        String why = whyNot();
        if (why.toLowerCase(Locale.ROOT).contains("pipe")) return false;
        throw new IOException("standard output: cannot be written (" + why + "); check that the disk has room");
    }

    /** A print stream does not tell what went wrong: the same is tried once more without it. */
    private String whyNot() {
        if (out != System.out) return "the stream has failed";
        try {
            new FileOutputStream(FileDescriptor.out).write('\n');
            return "a part of the output is missing";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
