package dev.graft.study;

import dev.graft.job.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A start that changes the head of each new run.
 *
 * @param words that differ for another head
 */
record HeadedStart(Start start, UnaryOperator<Job> change, String words) implements Start {
    @Override
    public Job graft(Job.Pictures pictures) {
        return change.apply(start.graft(pictures));
    }

    @Override
    public Job resume(Path checkpoint, Job.Pictures pictures) {
        return start.resume(checkpoint, pictures);
    }

    @Override
    public String identity() throws IOException {
        return start.identity() + " " + words;
    }
}
