package dev.graft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What Graft tells the log meanwhile. */
public final class Warnings {
    private Warnings() {}

    /** A step that may fail. */
    public interface Step {
        /** Does it. */
        void run() throws IOException;
    }

    /** The lines, in their order. */
    public static List<String> of(Step step) throws IOException {
        List<String> told = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.graft");
        logger.addHandler(handler);
        try {
            step.run();
        } finally {
            logger.removeHandler(handler);
        }
        return told;
    }
}
