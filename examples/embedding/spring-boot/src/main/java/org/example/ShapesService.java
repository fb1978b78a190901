package org.example;

import dev.graft.predict.Batching;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.predict.WhenFull;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A web service that classifies uploads. */
@SpringBootApplication
public class ShapesService {
    public static void main(String[] args) {
        SpringApplication.run(ShapesService.class, args);
    }

    /** One for the whole service. Spring closes it after the web server has answered its last request. */
    @Bean(destroyMethod = "close")
    Predictor predictor(@Value("${shapes.model}") Path model) throws IOException {
        Batching batching = Batching.STANDARD
                .withQueue(64, WhenFull.REFUSE) // more requests get 503 at once
                .withDeadline(Duration.ofSeconds(20));
        return Predictor.open(model, PredictorOptions.fast().withBatching(batching));
    }
}
