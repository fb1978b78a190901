package org.example;

import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorBusyException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Answers an upload with its class. No thread of the web server waits for the network. */
@RestController
class ShapesController {
    /** What the client gets, as JSON. */
    record Verdict(String label, float probability) {}

    private final Predictor predictor;

    ShapesController(Predictor predictor) {
        this.predictor = predictor;
    }

    @PostMapping("/classify")
    CompletableFuture<Verdict> classify(@RequestParam MultipartFile picture) throws IOException {
        PictureInput input = PictureInput.of(picture.getBytes(), "the upload");
        return predictor.submit(input).thenApply(ShapesController::verdict);
    }

    private static Verdict verdict(Prediction prediction) {
        return new Verdict(prediction.label(), prediction.probability());
    }

    @ExceptionHandler
    ProblemDetail unreadable(IOException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
    }

    @ExceptionHandler({PredictorBusyException.class, TimeoutException.class})
    ProblemDetail busy(Exception e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
    }
}
