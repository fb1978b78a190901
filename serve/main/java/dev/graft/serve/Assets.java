package dev.graft.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The files of the page, in memory: this list, and nothing else, is what a path of a request can reach. */
final class Assets {
    /**
     * A file.
     *
     * @param type its Content-Type
     */
    record Asset(String type, byte[] bytes) {}

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private final Map<String, Asset> byPath = new TreeMap<>();

    Assets() {
        add("/", "index.html", "text/html; charset=utf-8");
        add("/serve.css", "serve.css", "text/css; charset=utf-8");
        add("/serve.js", "serve.js", SCRIPT);
        add("/api.js", "api.js", SCRIPT);
        add("/camera.js", "camera.js", SCRIPT);
        add("/result.js", "result.js", SCRIPT);
        add("/words.js", "words.js", SCRIPT);
        add("/csv.js", "csv.js", SCRIPT);
        add("/icon.svg", "icon.svg", "image/svg+xml");
        add("/openapi.json", "openapi.json", "application/json");
    }

    private void add(String path, String name, String type) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("serve: the jar lacks " + name);
            byPath.put(path, new Asset(type, in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("serve: the jar's " + name + " cannot be read", e);
        }
    }

    Map<String, Asset> all() {
        return byPath;
    }
}
