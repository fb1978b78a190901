package dev.graft.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A table (CSV or TSV) of pictures and their labels. Either {@code file,label} or {@code file,label,split}, with a
 * header (any order and case, the usual names) or without one; or {@code file} and, for each class, a column of 0 and 1.
 * A picture may have any number of labels. Whether the files exist is not checked.
 *
 * <p>Immutable and thread-safe.
 */
public final class LabelTable {
    /** The separator for "no separator": each cell is one label, whatever it contains. */
    public static final String ONE_LABEL = "";

    /**
     * A row for one picture.
     *
     * @param file the path as written in the table
     * @param labels indices into {@link LabelTable#classes()}, ascending
     * @param split the split that the table gives, if any
     * @param line the line in the table, from 1
     */
    public record Row(String file, List<Integer> labels, Optional<Split> split, long line) {
        public Row {
            labels = List.copyOf(labels);
        }
    }

    private record RawRow(String file, List<String> labels, Optional<Split> split, long line) {}

    private final Path file;
    private final List<String> classes;
    private final List<Row> rows;
    private final String taken;

    private LabelTable(Path file, List<RawRow> raw, String taken) {
        this.file = file;
        this.taken = taken;
        TreeSet<String> names = new TreeSet<>(Names.BY_CODE_POINT);
        raw.forEach(r -> names.addAll(r.labels()));
        classes = List.copyOf(names);
        Map<String, Integer> index = new HashMap<>();
        classes.forEach(c -> index.put(c, index.size()));
        Map<List<String>, List<Integer>> labels = new HashMap<>();
        rows = raw.stream()
                .map(r -> new Row(
                        r.file(),
                        labels.computeIfAbsent(r.labels(), l -> l.stream()
                                .map(index::get)
                                .sorted()
                                .distinct()
                                .toList()),
                        r.split(),
                        r.line()))
                .toList();
    }

    /**
     * Reads a table. If a picture has several labels, they are in separate columns, or separated by {@code |} or {@code
     * ;}.
     *
     * @throws DatasetException if lines are wrong; the message names them
     */
    public static LabelTable read(Path table) throws IOException {
        return read(table, null);
    }

    /**
     * Reads a table.
     *
     * @param separator separates several labels in one cell, for example a space; {@link #ONE_LABEL} for none; null for
     *     {@code |} and {@code ;}
     * @throws DatasetException if lines are wrong; the message names them
     */
    public static LabelTable read(Path table, String separator) throws IOException {
        if (!Files.isRegularFile(table))
            throw new DatasetException("no table " + table + " (looked for it at " + table.toAbsolutePath() + ")");
        try (CsvReader reader = CsvReader.open(table)) {
            List<String> first = reader.next();
            if (first == null) throw new DatasetException("table " + table + " is empty");
            Columns columns = Columns.of(first, reader);
            List<RawRow> rows = new Rows(columns, separator, table).read(first, reader);
            if (rows.isEmpty()) throw new DatasetException("table " + table + " has a header and no rows");
            return new LabelTable(table, rows, table.getFileName() + ": " + columns.taken());
        }
    }

    /** The file that was read. */
    public Path file() {
        return file;
    }

    /** All labels, sorted. A label number is an index into this list. */
    public List<String> classes() {
        return classes;
    }

    /** The rows, in the order of the file. */
    public List<Row> rows() {
        return rows;
    }

    /** Whether any picture has several labels or no label. */
    public boolean isMultiLabel() {
        return rows.stream().anyMatch(r -> r.labels().size() != 1);
    }

    /** A sentence that says what each column was used for. */
    public String taken() {
        return taken;
    }

    /** Reads the rows of one table and collects the errors. */
    private static final class Rows {
        private final Columns columns;
        private final String separator;
        private final Path table;
        private final Map<Object, List<String>> known = new HashMap<>();
        private final Problems wrong = new Problems();

        Rows(Columns columns, String separator, Path table) {
            this.columns = columns;
            this.separator = separator;
            this.table = table;
        }

        List<RawRow> read(List<String> first, CsvReader reader) throws IOException {
            List<RawRow> rows = new ArrayList<>();
            for (List<String> row = columns.header() ? reader.next() : first; row != null; row = reader.next())
                rows.add(row(row, reader.line()));
            wrong.refuse("table " + table + " has wrong rows", "correct them, or take them out");
            return rows;
        }

        private RawRow row(List<String> cells, long line) throws DatasetException {
            if (cells.size() != columns.names().size()) {
                wrong.add("line " + line + ": " + cells.size() + " fields, the first line has "
                        + columns.names().size());
                return null;
            }
            String file = cells.get(columns.file());
            if (file.isEmpty()) wrong.add("line " + line + ": no file");
            return new RawRow(file, labels(cells, line), split(cells, line), line);
        }

        private Optional<Split> split(List<String> cells, long line) {
            return columns.split(cells, what -> wrong.add("line " + line + ": " + what));
        }

        private List<String> labels(List<String> cells, long line) throws DatasetException {
            if (columns.label() < 0) return indicated(cells, line);
            String cell = cells.get(columns.label());
            if (cell.isEmpty()) wrong.add("line " + line + ": no label");
            List<String> labels = known.get(cell);
            if (labels == null) known.put(cell, labels = separated(cell, line));
            return labels;
        }

        private List<String> separated(String cell, long line) throws DatasetException {
            if (ONE_LABEL.equals(separator)) return List.of(cell);
            if (separator != null) return parts(cell, Pattern.quote(separator));
            boolean several = cell.indexOf(' ') >= 0 || cell.indexOf(',') >= 0;
            if (several && columns.labelIsPlural() && cell.indexOf('|') < 0 && cell.indexOf(';') < 0)
                throw new DatasetException("table " + table + ", line " + line + ": '" + cell + "' in column "
                        + columns.names().get(columns.label()) + " may be one label or several; say what separates"
                        + " them (LabelTable.read with a separator, or ONE_LABEL)");
            return parts(cell, "[|;]");
        }

        private static List<String> parts(String cell, String separator) {
            return Arrays.stream(cell.split(separator))
                    .map(String::strip)
                    .filter(p -> !p.isEmpty())
                    .toList();
        }

        private List<String> indicated(List<String> cells, long line) {
            List<String> labels = new ArrayList<>();
            for (int column : columns.indicators()) {
                String cell = cells.get(column);
                Boolean is = Columns.truth(cell);
                if (is == null)
                    wrong.add("line " + line + ": column " + columns.names().get(column) + " holds '" + cell
                            + "' (expected 0 or 1, as no column is called label or class)");
                else if (is) labels.add(columns.names().get(column));
            }
            return known.computeIfAbsent(labels, key -> labels);
        }
    }
}
