package dev.graft.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * All settings that turn a picture file into the network's input.
 *
 * @param resize to the network's input size
 * @param normalization from bytes to floats
 * @param engine the code that computes both
 * @param orientation what to do with the EXIF orientation
 * @param decoding the scale at which pictures are decoded before the resize
 * @param maxPixels the largest allowed width times height, 1 to {@link #MOST_PIXELS}; checked with the file's header
 *     before anything is decoded
 * @param grey how the values of grey pictures become 8 bits, before all else
 */
public record Preprocessing(
        Resize resize,
        Normalization normalization,
        Engine engine,
        Orientation orientation,
        Decoding decoding,
        long maxPixels,
        GreyScaling grey) {
    /** Pillow's limit against decompression bombs. */
    public static final long PILLOW_MAX_PIXELS = 178_956_970;

    /** The most pixels whose RGB bytes fit into one Java array. */
    public static final long MOST_PIXELS = (Integer.MAX_VALUE - 16) / 3;

    /** Checks the fields. */
    public Preprocessing {
        Objects.requireNonNull(resize, "resize");
        Objects.requireNonNull(normalization, "normalization");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(orientation, "orientation");
        Objects.requireNonNull(decoding, "decoding");
        Objects.requireNonNull(grey, "grey");
        if (maxPixels < 1 || maxPixels > MOST_PIXELS)
            throw new IllegalArgumentException("maxPixels must be between 1 and " + MOST_PIXELS + ", was " + maxPixels);
    }

    /** Grey values are not scaled. */
    public Preprocessing(
            Resize resize,
            Normalization normalization,
            Engine engine,
            Orientation orientation,
            Decoding decoding,
            long maxPixels) {
        this(resize, normalization, engine, orientation, decoding, maxPixels, GreyScaling.NONE);
    }

    /**
     * Stretches to 224 x 224 and uses ImageNet's normalisation, equal to torchvision bit for bit; pictures have at most
     * {@link #PILLOW_MAX_PIXELS} pixels.
     */
    public static Preprocessing standard() {
        return new Preprocessing(
                new Resize.Stretch(224, 224),
                Normalization.IMAGENET,
                Engine.EXACT,
                Orientation.IGNORE,
                Decoding.EXACT,
                PILLOW_MAX_PIXELS);
    }

    /** The same sizes and constants, computed by OpenCV. */
    public static Preprocessing opencv() {
        return standard().withEngine(Engine.OPENCV);
    }

    /** Height of the result, in pixels. */
    public int height() {
        return resize.height();
    }

    /** Width of the result, in pixels. */
    public int width() {
        return resize.width();
    }

    /** The same with another resize. */
    public Preprocessing withResize(Resize other) {
        return new Preprocessing(other, normalization, engine, orientation, decoding, maxPixels, grey);
    }

    /** The same with another normalisation. */
    public Preprocessing withNormalization(Normalization other) {
        return new Preprocessing(resize, other, engine, orientation, decoding, maxPixels, grey);
    }

    /** The same with another engine. */
    public Preprocessing withEngine(Engine other) {
        return new Preprocessing(resize, normalization, other, orientation, decoding, maxPixels, grey);
    }

    /** The same with another rule for the EXIF orientation. */
    public Preprocessing withOrientation(Orientation other) {
        return new Preprocessing(resize, normalization, engine, other, decoding, maxPixels, grey);
    }

    /** The same with another decoding. */
    public Preprocessing withDecoding(Decoding other) {
        return new Preprocessing(resize, normalization, engine, orientation, other, maxPixels, grey);
    }

    /** The same with another limit. */
    public Preprocessing withMaxPixels(long other) {
        return new Preprocessing(resize, normalization, engine, orientation, decoding, other, grey);
    }

    /** The same with another scaling of grey values. */
    public Preprocessing withGrey(GreyScaling other) {
        return new Preprocessing(resize, normalization, engine, orientation, decoding, maxPixels, other);
    }

    /** The settings as JSON; {@link #fromJson} reads them back. */
    public ObjectNode toJson() {
        return PreprocessingJson.write(this);
    }

    /**
     * Reads the result of {@link #toJson}.
     *
     * @throws IllegalArgumentException with the field that is unknown, missing, of the wrong type or out of range
     */
    public static Preprocessing fromJson(JsonNode json) {
        return PreprocessingJson.read(json);
    }
}
