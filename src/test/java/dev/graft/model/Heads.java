package dev.graft.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** A head of each kind, by the names of tools/golden_heads.py. */
public final class Heads {
    /** With one that has no dropout beside those that have. */
    public static final Map<String, HeadSpec> ALL = all();

    private Heads() {}

    private static Map<String, HeadSpec> all() {
        Map<String, HeadSpec> all = new LinkedHashMap<>();
        all.put("linear", HeadSpec.LINEAR);
        all.put("dropout", new HeadSpec.Dropout(0.25));
        all.put("hidden", new HeadSpec.Hidden(16, 0));
        all.put("hidden_dropout", new HeadSpec.Hidden(16, 0.5));
        all.put("cosine", HeadSpec.Cosine.STANDARD);
        all.put("cosine_fixed", new HeadSpec.Cosine(16, false));
        return all;
    }
}
