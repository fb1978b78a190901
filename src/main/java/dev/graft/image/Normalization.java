package dev.graft.image;

import java.util.List;

/**
 * Mean and standard deviation of each channel, for values from 0 to 1: torchvision's {@code ToTensor} and {@code
 * Normalize}.
 *
 * @param mean three finite values: red, green, blue
 * @param std three finite values that are not zero
 */
public record Normalization(List<Float> mean, List<Float> std) {
    /** The values for networks trained on ImageNet. */
    public static final Normalization IMAGENET =
            new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

    /** No change: values stay between 0 and 1. */
    public static final Normalization IDENTITY = new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

    /** Checks the number of values and their ranges. */
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || !mean.stream().allMatch(Float::isFinite))
            throw new IllegalArgumentException("mean must be three finite values (red, green, blue), was " + mean);
        if (std.size() != 3 || !std.stream().allMatch(s -> Float.isFinite(s) && s != 0))
            throw new IllegalArgumentException("std must be three finite values other than zero, was " + std);
    }

    /**
     * The normalised value of every byte: {@code table()[channel][v]} is {@code (v / 255f - mean) / std} in float32,
     * equal to torchvision's in every bit.
     */
    public float[][] table() {
        float[][] table = new float[3][256];
        for (int c = 0; c < 3; c++) for (int v = 0; v < 256; v++) table[c][v] = (v / 255f - mean.get(c)) / std.get(c);
        return table;
    }
}
