package dev.graft.train;

import dev.graft.model.Classifier;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a network is cut in two: what pictures pass once, and what they pass in every epoch. */
final class Cut {
    private static final Pattern STAGE = Pattern.compile("(layer[1-9])(\\..*)?");

    private Cut() {}

    /**
     * The first layer behind the cut: the first stage in which something learns, or the head.
     *
     * @throws IllegalArgumentException when a layer learns that is neither the head nor in a stage
     */
    static String before(List<ParameterGroup> groups) {
        String first = Classifier.HEAD;
        for (ParameterGroup g : groups) {
            if (g.layer().equals(Classifier.HEAD)) {
                continue;
            }
            Matcher stage = STAGE.matcher(g.layer());
            if (!stage.matches()) {
                throw new IllegalArgumentException("plan: pictures pass once what lies before the first layer that"
                        + " learns, which is " + Classifier.HEAD + " or in a stage, such as layer4; was " + g.layer()
                        + "; let them pass the trunk in every epoch (Trunk.EVERY_EPOCH), or let that layer be");
            }
            if (first.equals(Classifier.HEAD) || stage.group(1).compareTo(first) < 0) {
                first = stage.group(1);
            }
        }
        return first;
    }
}
