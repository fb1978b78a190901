package dev.graft.cli;

import java.io.IOException;

/** Does something with each picture's verdict after its line is printed. */
interface VerdictSink {
    void take(Verdict verdict) throws IOException;
}
