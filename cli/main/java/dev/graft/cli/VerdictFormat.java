package dev.graft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.report.PredictionsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How {@code graft predict} writes a picture's line. */
enum VerdictFormat {
    /** For people: the label, its probability, the picture. */
    TABLE {
        @Override
        String header(int top) {
            return "";
        }

        @Override
        String line(Verdict v, int top, int width) {
            if (v.isUnreadable()) {
                return padded("unreadable ", width + 9) + shown(v.picture() + ": " + v.unreadable());
            }
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < v.top().size(); k++) {
                String label = k == 0 ? v.label() : v.top().get(k).label();
                text.append(padded(shown(label), width));
                text.append(String.format(
                        Locale.ROOT, " %5.1f%%  ", 100 * v.top().get(k).probability()));
            }
            return text + shown(v.picture().toString());
        }
    },
    /** For spreadsheets, as in RFC 4180. */
    CSV {
        @Override
        String header(int top) {
            StringBuilder text = new StringBuilder("file,label,probability");
            for (int k = 1; top > 1 && k <= top; k++)
                text.append(",top").append(k).append(",p").append(k);
            return text.append(",unreadable").toString();
        }

        @Override
        String line(Verdict v, int top, int width) {
            List<String> fields = new ArrayList<>(List.of(v.picture().toString(), v.label()));
            fields.add(v.isUnreadable() ? "" : number(v.probability()));
            for (int k = 0; top > 1 && k < top; k++) {
                boolean there = k < v.top().size();
                fields.add(there ? v.top().get(k).label() : "");
                fields.add(there ? number(v.top().get(k).probability()) : "");
            }
            fields.add(v.unreadable());
            return fields.stream().map(PredictionsFile::quoted).collect(Collectors.joining(","));
        }
    },
    /** For programs: a JSON object a line. */
    JSONL {
        @Override
        String header(int top) {
            return "";
        }

        @Override
        String line(Verdict v, int top, int width) {
            ObjectNode node = MAPPER.createObjectNode().put("file", v.picture().toString());
            if (v.isUnreadable()) return node.put("unreadable", v.unreadable()).toString();
            node.put("label", v.label());
            put(node, v.probability());
            if (top > 1) {
                ArrayNode all = node.putArray("top");
                v.top().forEach(t -> put(all.addObject().put("label", t.label()), t.probability()));
            }
            return node.toString();
        }
    };

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The first line; empty for none. */
    abstract String header(int top);

    /**
     * A picture's line.
     *
     * @param top the number of classes that are shown
     * @param width of the labels, in characters
     */
    abstract String line(Verdict verdict, int top, int width);

    static void put(ObjectNode node, float probability) {
        if (Float.isFinite(probability)) node.put("probability", probability);
        else node.putNull("probability");
    }

    static String number(float probability) {
        return String.format(Locale.ROOT, "%.7f", probability);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** On one line, without characters that move a terminal's cursor. */
    static String shown(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
