package dev.graft.report.html;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The rows of a table in the form of RFC 4180, in UTF-8, all as long as the header. The caller closes it. */
final class Table implements Closeable {
    private final MappingIterator<String[]> rows;
    private final List<String> header;
    private long row = 1; // the header

    private Table(MappingIterator<String[]> rows) throws IOException {
        this.rows = rows;
        String[] first = read();
        if (first == null) throw new IOException("it is empty");
        this.header = List.of(first);
    }

    static Table open(Path file) throws IOException {
        MappingIterator<String[]> rows = new CsvMapper()
                .readerFor(String[].class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .with(CsvParser.Feature.FAIL_ON_MISSING_HEADER_COLUMNS)
                .readValues(Files.newBufferedReader(file, StandardCharsets.UTF_8));
        try {
            return new Table(rows);
        } catch (IOException e) {
            rows.close();
            throw e;
        }
    }

    List<String> header() {
        return header;
    }

    void requireHeader(List<String> expected) throws IOException {
        if (header.size() < expected.size()
                || !header.subList(0, expected.size()).equals(expected))
            throw new IOException("its first line is not " + String.join(",", expected));
    }

    /** The next row, or null at the end. */
    String[] next() throws IOException {
        row++;
        String[] next = read();
        if (next != null && next.length != header.size())
            throw new IOException(
                    "row " + row + " has " + next.length + " fields, expected " + header.size() + " as in the header");
        return next;
    }

    double number(String[] values, int column) throws IOException {
        try {
            return Double.parseDouble(values[column]);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "row " + row + ": " + header.get(column) + " was '" + values[column] + "', expected a number", e);
        }
    }

    private String[] read() throws IOException {
        try {
            return rows.hasNextValue() ? rows.nextValue() : null;
        } catch (JacksonException e) {
            throw new IOException("row " + row + ": " + e.getOriginalMessage(), e);
        } catch (RuntimeJsonMappingException e) {
            throw new IOException("row " + row + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
