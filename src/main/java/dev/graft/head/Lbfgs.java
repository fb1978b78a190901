package dev.graft.head;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimises a smooth convex function of many numbers with L-BFGS (Nocedal and Wright, Numerical Optimization, 2006,
 * algorithms 7.4 and 3.1). The first estimate of the curvature comes from the function itself.
 */
final class Lbfgs {
    /** A function and its gradient. */
    interface Function {
        /** The number of variables. */
        int size();

        /**
         * The value at a point.
         *
         * @param gradient receives the gradient
         */
        double at(double[] point, double[] gradient);

        /**
         * Multiplies a vector, in place, with an estimate of the inverse Hessian, which is symmetric and positive
         * definite.
         */
        void inverseCurvature(double[] vector);
    }

    private static final int MEMORY = 10;
    private static final int MOST_STEPS = 500;
    private static final double ENOUGH = 1e-4; // fraction of the decrease that the slope predicts
    private static final double SHORTEST = 1e-10;

    /** A step that was taken, and the change of the gradient over this step. */
    private record Step(double[] step, double[] change, double product) {}

    private final Function function;
    private final double tolerance;
    private final Deque<Step> steps = new ArrayDeque<>();

    /** @param tolerance the search ends once the next step would lower the value by less than the square of this */
    Lbfgs(Function function, double tolerance) {
        this.function = function;
        this.tolerance = tolerance;
    }

    /** Minimises the function, starting at {@code point}, which is changed in place. */
    void minimize(double[] point) {
        int n = function.size();
        double[] gradient = new double[n];
        double value = function.at(point, gradient);
        for (int i = 0; i < MOST_STEPS; i++) {
            double[] direction = direction(gradient);
            double slope = dot(direction, gradient);
            if (!(-slope > tolerance * tolerance)) return;
            double[] next = new double[n];
            double[] nextGradient = new double[n];
            double length = 1;
            double found = Double.NaN;
            for (; length >= SHORTEST; length /= 2) {
                for (int j = 0; j < n; j++) next[j] = point[j] + length * direction[j];
                found = function.at(next, nextGradient);
                if (found <= value + ENOUGH * length * slope) break;
            }
            if (length < SHORTEST) return; // only rounding errors are left
            remember(point, next, gradient, nextGradient);
            System.arraycopy(next, 0, point, 0, n);
            gradient = nextGradient;
            value = found;
        }
    }

    private void remember(double[] point, double[] next, double[] gradient, double[] nextGradient) {
        double[] step = difference(next, point);
        double[] change = difference(nextGradient, gradient);
        double product = dot(step, change);
        if (!(product > 0)) return;
        if (steps.size() == MEMORY) steps.removeFirst();
        steps.addLast(new Step(step, change, product));
    }

    /** The two-loop recursion over the last steps, algorithm 7.4. */
    private double[] direction(double[] gradient) {
        double[] q = gradient.clone();
        double[] shares = new double[steps.size()];
        int at = steps.size();
        for (Iterator<Step> newest = steps.descendingIterator(); newest.hasNext(); ) {
            Step s = newest.next();
            shares[--at] = dot(s.step, q) / s.product;
            add(q, -shares[at], s.change);
        }
        double scale = scale();
        function.inverseCurvature(q);
        for (int j = 0; j < q.length; j++) q[j] *= scale;
        for (Step s : steps) add(q, shares[at++] - dot(s.change, q) / s.product, s.step);
        for (int j = 0; j < q.length; j++) q[j] = -q[j];
        return q;
    }

    /** The factor by which the newest step corrects the curvature estimate. */
    private double scale() {
        if (steps.isEmpty()) return 1;
        Step last = steps.getLast();
        double[] estimated = last.change.clone();
        function.inverseCurvature(estimated);
        return last.product / dot(last.change, estimated);
    }

    private static double[] difference(double[] a, double[] b) {
        double[] d = new double[a.length];
        for (int i = 0; i < d.length; i++) d[i] = a[i] - b[i];
        return d;
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int i = 0; i < to.length; i++) to[i] += factor * what[i];
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }
}
