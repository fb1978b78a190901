package org.example;

import dev.graft.predict.Batching;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** Opens the predictor when the application is deployed, and closes it when it is undeployed. */
@WebListener
public class OpenPredictor implements ServletContextListener {
    static final String NAME = Predictor.class.getName();

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            Predictor predictor = Predictor.open(
                    Path.of(System.getProperty("shapes.model")),
                    PredictorOptions.fast().withBatching(Batching.STANDARD.withDeadline(Duration.ofSeconds(20))));
            event.getServletContext().setAttribute(NAME, predictor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        Predictor predictor = (Predictor) event.getServletContext().getAttribute(NAME);
        if (predictor != null) predictor.close();
    }
}
