package dev.graft.job;

import dev.graft.report.Event;
import dev.graft.train.Evaluation;
import java.util.Map;
import java.util.Optional;

/**
 * How a job ended.
 *
 * @param evaluation of the final weights on the validation pictures; empty if the run was stopped within an epoch
 * @param stopped whether it was asked to stop before its end. Then there is no model; there is a checkpoint if training
 *     had begun
 * @param skipped pictures that were skipped, file to reason
 * @param sha256 of the model's file, 64 hexadecimal digits; empty if there is no model file
 */
public record Result(
        Optional<Evaluation> evaluation,
        boolean stopped,
        Map<String, String> skipped,
        Optional<String> sha256,
        Optional<Event.HeadFitted> head) {}
