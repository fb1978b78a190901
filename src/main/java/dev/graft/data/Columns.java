package dev.graft.data;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The meaning of the columns of a table.
 *
 * @param names of all columns; their numbers if the table has no header
 * @param label the label column; -1 if each column except file and split is a class with 0 or 1
 * @param splits the split columns: none, one, or several columns of 0 and 1 such as {@code is_valid} and {@code is_test}
 * @param header whether the first row is a header
 */
record Columns(List<String> names, int file, int label, List<Integer> splits, boolean header) {
    private static final List<String> FILE = List.of(
            "file",
            "filename",
            "filepath",
            "path",
            "relpath",
            "fname",
            "image",
            "imagefile",
            "imagename",
            "imagepath",
            "img",
            "imgfile",
            "imgname",
            "imgpath",
            "picture",
            "photo",
            "imageid",
            "imgid",
            "name",
            "id");
    private static final List<String> LABEL = List.of(
            "label",
            "class",
            "classname",
            "labelname",
            "category",
            "categoryname",
            "target",
            "tag",
            "breed",
            "species",
            "diagnosis",
            "classid",
            "labelid",
            "y");
    private static final List<String> SPLIT =
            List.of("split", "subset", "set", "partition", "dataset", "usage", "phase", "isvalid", "isval", "istest");
    private static final Map<String, String> SINGULAR = Map.of("classes", "class", "categories", "category");

    /** @throws DatasetException if the meaning of the columns is not clear */
    static Columns of(List<String> first, CsvReader reader) throws DatasetException {
        int file = find(FILE, first, -1);
        if (file < 0 && first.stream().anyMatch(Names::isPicture)) return withoutHeader(first, reader);
        List<Integer> splits = splits(first, file, reader);
        int label = find(LABEL, first, file);
        boolean indicators = label < 0 && first.size() - 1 - splits.size() >= 2;
        if (file < 0 || (label < 0 && !indicators))
            throw reader.damaged("the header names no column of " + (file < 0 ? "files" : "labels") + " (columns: "
                    + Names.some(first)
                    + "; expected one called file, filename, path, image or id, and one called label,"
                    + " class, category, target or tags, or a column of 0 and 1 for each class)");
        refuseSeveral("files", namesake(first, file), first, reader);
        if (label >= 0) refuseSeveral("labels", namesake(first, label), first, reader);
        return new Columns(first, file, label, splits, true);
    }

    /** All columns with the same name as this one. */
    private static List<Integer> namesake(List<String> names, int column) {
        String name = plain(names.get(column));
        return columns(names, n -> n.equals(name));
    }

    private static List<Integer> columns(List<String> names, Predicate<String> plainName) {
        return IntStream.range(0, names.size())
                .filter(i -> plainName.test(plain(names.get(i))))
                .boxed()
                .toList();
    }

    private static List<Integer> splits(List<String> names, int file, CsvReader reader) throws DatasetException {
        List<Integer> splits = columns(names, n -> SPLIT.contains(singular(n))).stream()
                .filter(i -> i != file)
                .toList();
        boolean together = splits.stream().allMatch(i -> isFlag(names.get(i)))
                && splits.stream().map(i -> plain(names.get(i))).distinct().count() == splits.size();
        if (!together) refuseSeveral("splits", splits, names, reader);
        return splits;
    }

    private static void refuseSeveral(String what, List<Integer> columns, List<String> names, CsvReader reader)
            throws DatasetException {
        if (columns.size() < 2) return;
        throw reader.damaged("the header names " + columns.size() + " columns of " + what + ": "
                + called(columns, names, ", ") + " (expected one"
                + (what.equals("splits") ? ", or is_valid and is_test, both of 0 and 1" : "")
                + "); rename the columns that do not count, or take them out");
    }

    private static String called(List<Integer> columns, List<String> names, String between) {
        return columns.stream().map(names::get).collect(Collectors.joining(between));
    }

    private static Columns withoutHeader(List<String> first, CsvReader reader) throws DatasetException {
        int n = first.size();
        int file = IntStream.range(0, n)
                .filter(i -> Names.isPicture(first.get(i)))
                .findFirst()
                .orElseThrow();
        int split = n == 3
                ? IntStream.range(0, n)
                        .filter(i -> Split.named(first.get(i)).isPresent())
                        .findFirst()
                        .orElse(-1)
                : -1;
        int label = IntStream.range(0, n)
                .filter(i -> i != file && i != split)
                .findFirst()
                .orElse(-1);
        if (label < 0 || n != (split < 0 ? 2 : 3))
            throw reader.damaged(
                    "there is no header, and " + n + " columns (without one, expected a file and a label, or"
                            + " a file, a label and a split such as train); write a line such as file,label on top");
        List<String> numbers =
                IntStream.rangeClosed(1, n).mapToObj(Integer::toString).toList();
        return new Columns(numbers, file, label, split < 0 ? List.of() : List.of(split), false);
    }

    private static int find(List<String> wanted, List<String> names, int taken) {
        for (String name : wanted)
            for (int i = 0; i < names.size(); i++)
                if (i != taken && name.equals(singular(plain(names.get(i))))) return i;
        return -1;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    private static String singular(String name) {
        if (FILE.contains(name) || LABEL.contains(name) || SPLIT.contains(name)) return name;
        return SINGULAR.getOrDefault(name, name.replaceFirst("s$", ""));
    }

    /** Whether the name of the label column is a plural, such as {@code tags}. */
    boolean labelIsPlural() {
        return header && label >= 0 && !singular(plain(names.get(label))).equals(plain(names.get(label)));
    }

    /** The columns that each stand for a class; empty if one column holds the label. */
    List<Integer> indicators() {
        if (label >= 0) return List.of();
        return IntStream.range(0, names.size())
                .filter(i -> i != file && !splits.contains(i))
                .boxed()
                .toList();
    }

    /**
     * The split of a row; empty if there is no split column.
     *
     * @param wrong receives a message if the value is unknown or the columns contradict each other
     */
    Optional<Split> split(List<String> cells, Consumer<String> wrong) {
        Set<Split> said = EnumSet.noneOf(Split.class);
        for (int column : splits) {
            Split split = split(names.get(column), cells.get(column));
            if (split == null)
                wrong.accept("the split is '" + cells.get(column) + "' (expected train, val or test; or 0 or 1 where"
                        + " the column is called is_valid)");
            else said.add(split);
        }
        if (said.size() > 1) said.remove(Split.TRAIN); // a 0 in one split column does not contradict a 1 in another
        if (said.size() > 1)
            wrong.accept("columns " + called(splits, names, " and ") + " say "
                    + said.stream().map(Split::word).collect(Collectors.joining(" and "))
                    + " (expected at most one 1 in them)");
        return said.stream().findFirst();
    }

    private static Split split(String name, String cell) {
        if (!isFlag(name)) return Split.named(cell).orElse(null);
        Boolean is = truth(cell);
        if (is == null) return null;
        return !is ? Split.TRAIN : singular(plain(name)).equals("istest") ? Split.TEST : Split.VALIDATION;
    }

    /** Whether a split column with this name contains 0 and 1. */
    private static boolean isFlag(String name) {
        return plain(name).startsWith("is");
    }

    /** True for 1 and false for 0, however they are written; null for anything else. */
    static Boolean truth(String cell) {
        return switch (cell.toLowerCase(Locale.ROOT)) {
            case "1", "1.0", "true", "yes" -> true;
            case "0", "0.0", "false", "no", "" -> false;
            default -> null;
        };
    }

    /** What each column was used for, in words for the user. */
    String taken() {
        List<String> parts = new ArrayList<>();
        parts.add(called(file) + " is the file");
        parts.add(label >= 0 ? called(label) + " the label" : "each other column a class");
        if (!splits.isEmpty())
            parts.add("column" + (splits.size() > 1 ? "s " : " ") + called(splits, names, " and ") + " the split");
        String unused = IntStream.range(0, names.size())
                .filter(i -> label >= 0 && i != file && i != label && !splits.contains(i))
                .mapToObj(names::get)
                .collect(Collectors.joining(", "));
        return (header ? "" : "no header; ")
                + String.join(", ", parts)
                + (unused.isEmpty() ? "" : "; not used: " + unused);
    }

    private String called(int column) {
        return "column " + names.get(column);
    }
}
