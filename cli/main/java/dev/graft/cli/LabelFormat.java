package dev.graft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.report.PredictionsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How {@code graft predict} writes the line of a picture with any number of labels. */
final class LabelFormat {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final VerdictFormat format;
    private final int top;

    /** @param top the number of most probable labels that are shown beside those above their threshold; 1 for none */
    LabelFormat(VerdictFormat format, int top) {
        this.format = format;
        this.top = top;
    }

    /** The first line; empty for none. */
    String header() {
        if (format != VerdictFormat.CSV) return "";
        StringBuilder text = new StringBuilder("file,labels,probabilities");
        for (int k = 1; top > 1 && k <= top; k++)
            text.append(",top").append(k).append(",p").append(k);
        return text.append(",unreadable").toString();
    }

    String line(Verdict v) {
        return switch (format) {
            case TABLE -> table(v);
            case CSV -> csv(v);
            case JSONL -> json(v);
        };
    }

    private String table(Verdict v) {
        if (v.isUnreadable()) return VerdictFormat.shown(v.picture() + ": unreadable: " + v.unreadable());
        String most = top > 1 ? "  (" + percents(v.top()) + ")" : "";
        return VerdictFormat.shown(
                v.picture() + ": " + (v.labels().isEmpty() ? "no label" : percents(v.labels())) + most);
    }

    private static String percents(List<Verdict.Likely> labels) {
        return labels.stream()
                .map(l -> String.format(Locale.ROOT, "%s %.1f%%", l.label(), 100 * l.probability()))
                .collect(Collectors.joining(", "));
    }

    private String csv(Verdict v) {
        List<String> fields = new ArrayList<>(List.of(v.picture().toString(), v.label()));
        fields.add(v.labels().stream()
                .map(l -> VerdictFormat.number(l.probability()))
                .collect(Collectors.joining("|")));
        for (int k = 0; top > 1 && k < top; k++) {
            boolean there = k < v.top().size();
            fields.add(there ? v.top().get(k).label() : "");
            fields.add(there ? VerdictFormat.number(v.top().get(k).probability()) : "");
        }
        fields.add(v.unreadable());
        return fields.stream().map(PredictionsFile::quoted).collect(Collectors.joining(","));
    }

    private String json(Verdict v) {
        ObjectNode node = MAPPER.createObjectNode().put("file", v.picture().toString());
        if (v.isUnreadable()) return node.put("unreadable", v.unreadable()).toString();
        put(node.putArray("labels"), v.labels());
        if (top > 1) put(node.putArray("top"), v.top());
        return node.toString();
    }

    private static void put(ArrayNode all, List<Verdict.Likely> labels) {
        labels.forEach(l -> VerdictFormat.put(all.addObject().put("label", l.label()), l.probability()));
    }
}
