package dev.graft.serve;

import dev.graft.predict.PredictorBusyException;
import dev.graft.torch.OutOfMemoryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** What a client is told of an exception. What is a fault of the server goes to its log. */
final class Failures {
    private static final System.Logger LOG = System.getLogger("dev.graft.serve");

    private final BooleanSupplier stopping;

    /** @param stopping whether the server stops, so that a refusal of the predictor is no fault */
    Failures(BooleanSupplier stopping) {
        this.stopping = stopping;
    }

    Problem of(Throwable thrown) {
        Throwable why = cause(thrown);
        if (why instanceof Problem problem) return problem;
        if (why instanceof TimeoutException)
            return new Problem(504, "the answer took too long", "send fewer or smaller pictures, or try again later");
        if (why instanceof PredictorBusyException) return Problem.busy("too many pictures wait");
        if (why instanceof OutOfMemoryException || why instanceof OutOfMemoryError)
            return Problem.busy("the server has too little memory for this now");
        if (stopping.getAsBoolean() && (why instanceof IllegalStateException || why instanceof CancellationException))
            return Problem.stopping();
        LOG.log(System.Logger.Level.ERROR, "serve: a request failed", why);
        return Problem.fault();
    }

    static Throwable cause(Throwable thrown) {
        Throwable why = thrown;
        while ((why instanceof CompletionException || why instanceof ExecutionException) && why.getCause() != null)
            why = why.getCause();
        return why;
    }
}
