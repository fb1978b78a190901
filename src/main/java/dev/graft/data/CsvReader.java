package dev.graft.data;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads the rows of a table in the form of RFC 4180: fields with commas, quotes or line breaks are quoted, and a quote
 * inside is doubled. Fields can also be separated by tabs or semicolons; the separator that occurs most in the first
 * line is used. White space around a field is removed. The encoding is UTF-8, or UTF-16 with a byte order mark, as
 * spreadsheet programs write it.
 */
final class CsvReader implements Closeable {
    private static final String SEPARATORS = "\t,;";
    private static final int MOST_FIELDS = 1 << 14;
    private static final int MOST_CHARS = 1 << 16;

    private final Path file;
    private final Reader in;
    private final char separator;
    private long line = 1;
    private long rowLine = 1;

    private CsvReader(Path file, Reader in) throws IOException {
        this.file = file;
        this.in = in;
        this.separator = separator();
    }

    static CsvReader open(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try {
            return new CsvReader(
                    file,
                    new BufferedReader(
                            new InputStreamReader(bytes, charset(bytes).newDecoder()), MOST_CHARS));
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /** The charset, from the byte order mark at the start, which is skipped. */
    private static Charset charset(InputStream in) throws IOException {
        in.mark(3);
        byte[] mark = in.readNBytes(3);
        in.reset();
        String hex = HexFormat.of().formatHex(mark);
        boolean utf16 = hex.startsWith("fffe") || hex.startsWith("feff");
        in.skipNBytes(utf16 ? 2 : hex.equals("efbbbf") ? 3 : 0);
        if (!utf16) return StandardCharsets.UTF_8;
        return hex.startsWith("fffe") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
    }

    private char separator() throws IOException {
        in.mark(MOST_CHARS);
        int[] seen = new int[SEPARATORS.length()];
        boolean quoted = false;
        for (int i = 0; i < MOST_CHARS; i++) {
            int c = raw();
            if (c < 0 || (!quoted && (c == '\n' || c == '\r'))) break;
            if (c == '"') quoted = !quoted;
            int which = SEPARATORS.indexOf(c);
            if (which >= 0 && !quoted) seen[which]++;
        }
        in.reset();
        int most = 0;
        for (int i = 1; i < seen.length; i++) if (seen[i] > seen[most]) most = i;
        return seen[most] == 0 ? ',' : SEPARATORS.charAt(most);
    }

    /** The next row that is not blank, or null at the end. */
    List<String> next() throws IOException {
        List<String> row;
        do row = row();
        while (row != null && row.size() == 1 && row.get(0).isEmpty());
        return row;
    }

    /** The line in which the last row starts, from 1. */
    long line() {
        return rowLine;
    }

    DatasetException damaged(String what) {
        return new DatasetException(file + ", line " + rowLine + ": " + what);
    }

    private List<String> row() throws IOException {
        rowLine = line;
        int c = read();
        if (c < 0) return null;
        List<String> fields = new ArrayList<>(4);
        while ((c = field(c, fields)) == separator) {
            if (fields.size() == MOST_FIELDS) throw damaged("it has more than " + MOST_FIELDS + " fields");
            c = read();
        }
        return fields;
    }

    /** Reads a field that starts with {@code first}, and returns the character that ended it. */
    private int field(int first, List<String> fields) throws IOException {
        StringBuilder text = new StringBuilder();
        int c = first;
        while (c == ' ') c = read();
        if (c == '"') {
            c = quoted(text);
            while (c == ' ') c = read();
            if (c >= 0 && c != separator && c != '\n') throw damaged("there is text behind a closing quote");
        } else {
            for (; c >= 0 && c != separator && c != '\n'; c = read()) append(text, c);
        }
        fields.add(text.toString().strip());
        return c;
    }

    private int quoted(StringBuilder text) throws IOException {
        while (true) {
            int c = read();
            if (c < 0) throw damaged("a quote is opened and not closed");
            if (c == '"') {
                c = read();
                if (c != '"') return c;
            }
            append(text, c);
        }
    }

    private void append(StringBuilder text, int c) throws IOException {
        if (text.length() == MOST_CHARS)
            throw damaged("a field has more than " + MOST_CHARS + " characters (a quote that is not closed?)");
        if (c == 0) throw damaged("it holds a character 0 (expected a table as text)");
        text.append((char) c);
    }

    /** Reads a character. Every kind of line break is returned as one line feed. */
    private int read() throws IOException {
        int c = raw();
        if (c == '\r') {
            in.mark(1);
            if (raw() != '\n') in.reset();
            c = '\n';
        }
        if (c == '\n') line++;
        return c;
    }

    private int raw() throws IOException {
        try {
            return in.read();
        } catch (CharacterCodingException e) {
            throw new DatasetException(file + " is not UTF-8 (behind line " + line + "); save it as UTF-8", e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
