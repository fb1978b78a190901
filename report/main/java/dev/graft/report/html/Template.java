package dev.graft.report.html;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Turns a {@link Page} into HTML with the templates of {@code main/jte}, which the build turned into classes. */
final class Template {
    private static final String STYLE = "report.css";

    private Template() {}

    static String render(Page page) {
        Class<?> here = Template.class;
        TemplateEngine engine =
                TemplateEngine.createPrecompiled(null, ContentType.Html, here.getClassLoader(), here.getPackageName());
        StringOutput html = new StringOutput();
        engine.render("page.jte", page, html);
        return html.toString();
    }

    /** The style sheet. */
    static String style() {
        try (InputStream in = Template.class.getResourceAsStream(STYLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report: its own " + STYLE + " cannot be read", e);
        }
    }
}
