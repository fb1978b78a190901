package dev.graft.image.augment.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleSupplier;

/**
 * Changes brightness, contrast, saturation and hue, in a random order; torchvision's {@code ColorJitter}. The order is a
 * Fisher-Yates shuffle from the end, with three numbers. Then the four amounts are drawn; what cannot change (a factor of
 * 1, a hue of 0) is left out.
 *
 * @param brightness factor, at least 0
 * @param contrast factor, at least 0
 * @param saturation factor, at least 0
 * @param hue share of the circle of colours, -0.5 to 0.5
 */
public record ColourJitter(Interval brightness, Interval contrast, Interval saturation, Interval hue)
        implements Operation {
    /** Checks the ranges. */
    public ColourJitter {
        brightness.within("brightness", 0, Double.MAX_VALUE);
        contrast.within("contrast", 0, Double.MAX_VALUE);
        saturation.within("saturation", 0, Double.MAX_VALUE);
        hue.within("hue", -0.5, 0.5);
    }

    /**
     * torchvision's {@code ColorJitter(brightness, contrast, saturation, hue)} of four numbers.
     *
     * @param brightness at least 0: factors from 1 - brightness (at least 0) to 1 + brightness
     * @param contrast the same for contrast
     * @param saturation the same for saturation
     * @param hue 0 to 0.5: shares from -hue to hue
     */
    public static ColourJitter of(double brightness, double contrast, double saturation, double hue) {
        return new ColourJitter(around1(brightness), around1(contrast), around1(saturation), Interval.around0(hue));
    }

    private static Interval around1(double most) {
        if (!(most >= 0))
            throw new IllegalArgumentException("augmentation: an amount of jitter must be at least 0, was " + most);
        return new Interval(Math.max(0, 1 - most), 1 + most);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        int[] order = order(uniform);
        List<Edit> edits = new ArrayList<>();
        edits.add(drawn(brightness, 1, uniform, Colours::brightness));
        edits.add(drawn(contrast, 1, uniform, Colours::contrast));
        edits.add(drawn(saturation, 1, uniform, Colours::saturation));
        edits.add(drawn(hue, 0, uniform, Colours::hue));
        Edit all = Edit.NONE;
        for (int which : order) all = all.then(edits.get(which));
        return all;
    }

    static int[] order(DoubleSupplier uniform) {
        int[] order = {0, 1, 2, 3};
        for (int i = 3; i > 0; i--) {
            int j = (int) (uniform.getAsDouble() * (i + 1));
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        return order;
    }

    private static Edit drawn(Interval range, double same, DoubleSupplier uniform, DoubleFunction<Edit> edit) {
        return range.isOnly(same) ? Edit.NONE : edit.apply(range.at(uniform.getAsDouble()));
    }
}
