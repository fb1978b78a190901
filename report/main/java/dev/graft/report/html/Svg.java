package dev.graft.report.html;

import gg.jte.html.escape.Escape;
import gg.jte.output.StringOutput;
import java.util.Locale;

/** Writes one SVG picture: shapes whose look is a class of the style sheet, texts that are escaped. */
final class Svg {
    private final StringOutput out = new StringOutput();

    /** Where a text is anchored. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /**
     * Begins a picture.
     *
     * @param id unique in the page, of letters, digits and hyphens
     * @param title its name, for those who cannot see it
     * @param description what it shows
     */
    Svg(String id, int width, int height, String title, String description) {
        out.writeContent("<svg class=\"chart\" viewBox=\"0 0 " + width + " " + height
                + "\" role=\"img\" aria-labelledby=\"" + id + "-t\" aria-describedby=\"" + id + "-d\"><title id=\"" + id
                + "-t\">");
        escaped(title);
        out.writeContent("</title><desc id=\"" + id + "-d\">");
        escaped(description);
        out.writeContent("</desc>");
    }

    Svg line(String look, double x1, double y1, double x2, double y2) {
        out.writeContent("<line class=\"" + look + "\" x1=\"" + n(x1) + "\" y1=\"" + n(y1) + "\" x2=\"" + n(x2)
                + "\" y2=\"" + n(y2) + "\"/>");
        return this;
    }

    Svg path(String look, double[] x, double[] y) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < x.length; i++)
            points.append(i == 0 ? "M" : " ").append(n(x[i])).append(',').append(n(y[i]));
        out.writeContent("<path class=\"" + look + "\" d=\"" + points + "\"/>");
        return this;
    }

    Svg bar(String look, double x, double y, double width, double height) {
        out.writeContent("<rect class=\"" + look + "\" x=\"" + n(x) + "\" y=\"" + n(y) + "\" width=\"" + n(width)
                + "\" height=\"" + n(Math.max(0, height)) + "\"/>");
        return this;
    }

    /** A point with a text that appears under the mouse. */
    Svg point(String look, double x, double y, String tip) {
        out.writeContent("<circle class=\"" + look + "\" cx=\"" + n(x) + "\" cy=\"" + n(y) + "\" r=\"3.5\"><title>");
        escaped(tip);
        out.writeContent("</title></circle>");
        return this;
    }

    Svg text(String look, Anchor anchor, double x, double y, String text) {
        out.writeContent("<text class=\"" + look + "\" text-anchor=\""
                + anchor.name().toLowerCase(Locale.ROOT) + "\" x=\"" + n(x) + "\" y=\"" + n(y) + "\">");
        escaped(text);
        out.writeContent("</text>");
        return this;
    }

    /** A text that is read from bottom to top, centred. */
    Svg upwards(String look, double x, double y, String text) {
        out.writeContent("<text class=\"" + look + "\" text-anchor=\"middle\" transform=\"translate(" + n(x) + " "
                + n(y) + ") rotate(-90)\">");
        escaped(text);
        out.writeContent("</text>");
        return this;
    }

    /** Ends the picture. */
    String end() {
        out.writeContent("</svg>");
        return out.toString();
    }

    private void escaped(String text) {
        Escape.htmlContent(text, out);
    }

    private static String n(double value) {
        return Text.format("%.1f", Double.isFinite(value) ? value : 0);
    }
}
