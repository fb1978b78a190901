package dev.graft.job;

import dev.graft.report.Event;
import dev.graft.train.Evaluation;
import java.util.Map;
import java.util.Optional;

/**
 * How a job ended.
 *
 * @param evaluation of the weights as they are now, on the validation pictures; empty when it was stopped within an epoch
 * @param stopped whether it was asked to stop before its end; then there is a checkpoint where anything was trained, and no model
 * @param skipped pictures that were left out, and why
 * @param sha256 of the model's file, in hexadecimal digits; empty where there is none
 * @param head how the head was chosen, and what the folds say of the training pictures; empty where it was not fitted at once
 */
public record Result(
        Optional<Evaluation> evaluation,
        boolean stopped,
        Map<String, String> skipped,
        Optional<String> sha256,
        Optional<Event.HeadFitted> head) {}
