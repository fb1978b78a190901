package org.example;

import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers a POST with the bytes of a picture file by its class. No thread of the server waits for the network. */
@WebServlet(urlPatterns = "/classify", asyncSupported = true)
public class ClassifyServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Predictor predictor = (Predictor) getServletContext().getAttribute(OpenPredictor.NAME);
        PictureInput picture = PictureInput.of(request.getInputStream(), "the upload");
        AsyncContext waiting = request.startAsync();
        predictor.submit(picture).whenComplete((prediction, why) -> answer(waiting, prediction, why));
    }

    private static void answer(AsyncContext waiting, Prediction prediction, Throwable why) {
        HttpServletResponse response = (HttpServletResponse) waiting.getResponse();
        try {
            response.setContentType("text/plain;charset=UTF-8");
            if (why instanceof IOException) response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
            else if (why != null) response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.getWriter().println(why == null ? prediction.label() : why.getMessage());
        } catch (IOException e) {
            // the client has gone
        } finally {
            waiting.complete();
        }
    }
}
