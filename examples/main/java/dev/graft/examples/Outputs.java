package dev.graft.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The places in the folder of {@code --out}. Made, or refused, before the work begins. */
record Outputs(Path folder) {
    /** Makes the folder. */
    static Outputs in(Path folder) throws IOException {
        Outputs outputs = new Outputs(folder);
        for (Path place : new Path[] {folder, outputs.checkpoint()}) {
            try {
                Files.createDirectories(place);
            } catch (IOException e) {
                String seen = Files.exists(place) ? "is a file" : "cannot be made (" + e + ")";
                throw new IOException("--out: " + place + " " + seen + "; give a folder that can be written to", e);
            }
        }
        if (!Files.isWritable(folder)) {
            throw new IOException("--out: " + folder + " cannot be written to; give another folder");
        }
        return outputs;
    }

    Path model() {
        return folder.resolve("model.pt");
    }

    Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    Path predictions() {
        return folder.resolve("predictions.csv");
    }
}
