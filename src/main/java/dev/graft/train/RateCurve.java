package dev.graft.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The loss of a training whose learning rate rises in every step: the result of {@link RateFinder}. A learning rate range test (Smith,
 * "Cyclical Learning Rates for Training Neural Networks", 2017); smoothing, end and suggestions as in fastai.
 *
 * @param points in the order of the steps
 * @param steps the number of steps that the test wanted to make
 * @param diverged whether it ended early, because the loss rose to four times its minimum or was no longer a finite number
 */
public record RateCurve(List<Point> points, int steps, boolean diverged) {
    private static final double KEPT = 0.98; // of the moving average in each step
    private static final double MOST = 4; // times the minimum
    private static final int LAST = 5; // points that no suggestion looks at
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * One step.
     *
     * @param rate the learning rate of the head in this step
     * @param loss of the batch before the step, finite
     * @param smoothed the exponential moving average of the losses so far, each with a weight of 0.02, divided by the sum of the weights
     */
    public record Point(double rate, double loss, double smoothed) {}

    /** Copies the points. */
    public RateCurve {
        points = List.copyOf(points);
    }

    /** The curve as a JSON object with the fields of this record. */
    public String toJson() {
        ObjectNode json = JSON.createObjectNode().put("steps", steps).put("diverged", diverged);
        ArrayNode all = json.putArray("points");
        for (Point p : points)
            all.addObject().put("rate", p.rate).put("loss", p.loss).put("smoothed", p.smoothed);
        return json.toString();
    }

    /**
     * Reads the result of {@link #toJson}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static RateCurve fromJson(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            List<Point> all = new ArrayList<>();
            for (JsonNode p : json.path("points"))
                all.add(new Point(number(p, "rate"), number(p, "loss"), number(p, "smoothed")));
            return new RateCurve(
                    all, (int) number(json, "steps"), json.path("diverged").asBoolean());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("rates: no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static double number(JsonNode in, String field) {
        if (in.path(field).isNumber()) return in.get(field).asDouble();
        throw new IllegalArgumentException("rates: there is no number " + field + " in " + in);
    }

    /** The steps so far of a test. */
    static final class Recorder {
        private final List<Point> points = new ArrayList<>();
        private double average;
        private double least = Double.POSITIVE_INFINITY;
        private boolean diverged;

        /** Adds a step. Ignored after the end. */
        void add(double rate, double loss) {
            if (diverged) return;
            if (!Double.isFinite(loss)) {
                diverged = true;
                return;
            }
            average = KEPT * average + (1 - KEPT) * loss;
            double smoothed = average / (1 - Math.pow(KEPT, points.size() + 1.0));
            points.add(new Point(rate, loss, smoothed));
            least = Math.min(least, smoothed);
            diverged = smoothed > MOST * least;
        }

        boolean diverged() {
            return diverged;
        }

        int size() {
            return points.size();
        }

        RateCurve curve(int steps) {
            return new RateCurve(points, steps, diverged);
        }
    }

    /**
     * The learning rate at which the smoothed loss falls most steeply, over the logarithm of the rate. The first tenth of the steps and the
     * last five points are left out.
     *
     * @return empty if the loss does not fall there, or there are too few points
     */
    public OptionalDouble steepest() {
        List<Point> looked = looked();
        double steepest = 0;
        OptionalDouble rate = OptionalDouble.empty();
        for (int i = 0; i + 1 < looked.size(); i++) {
            Point a = looked.get(i);
            Point b = looked.get(i + 1);
            double slope = (b.smoothed - a.smoothed) / (Math.log(b.rate) - Math.log(a.rate));
            if (slope < steepest) {
                steepest = slope;
                rate = OptionalDouble.of(a.rate);
            }
        }
        return rate;
    }

    /**
     * A tenth of the learning rate at which the smoothed loss is least. The first tenth of the steps and the last five points are left out.
     *
     * @return empty if there are too few points
     */
    public OptionalDouble tenthOfMinimum() {
        Point least = null;
        for (Point p : looked()) if (least == null || p.smoothed < least.smoothed) least = p;
        return least == null ? OptionalDouble.empty() : OptionalDouble.of(least.rate / 10);
    }

    private List<Point> looked() {
        int first = steps / 10;
        int end = points.size() - LAST;
        return first < end ? points.subList(first, end) : List.of();
    }
}
