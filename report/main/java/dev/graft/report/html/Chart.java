package dev.graft.report.html;

import java.util.List;

/**
 * A finished picture with its caption.
 *
 * @param svg the picture; written by {@link Svg}, which escapes
 * @param legend its lines, if there are several
 * @param note a sentence below; may be empty
 */
record Chart(String title, String svg, List<Legend> legend, String note) {
    /** A line's name. @param look its class in the style sheet */
    record Legend(String look, String name) {}
}
