package dev.graft.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * Everything that decides which numbers a picture file becomes.
 *
 * @param resize how it comes to the network's size
 * @param normalization how bytes become floats
 * @param engine what computes both
 * @param orientation what happens to a camera's EXIF orientation
 * @param decoding how many pixels are decoded before the resize
 * @param maxPixels width times height that a file may have, 1 to {@link #MOST_PIXELS}; held against the file's header
 *     before anything is decoded
 */
public record Preprocessing(
        Resize resize,
        Normalization normalization,
        Engine engine,
        Orientation orientation,
        Decoding decoding,
        long maxPixels) {
    /** Pillow's limit against decompression bombs. */
    public static final long PILLOW_MAX_PIXELS = 178_956_970;

    /** The most pixels whose RGB bytes fit one Java array. */
    public static final long MOST_PIXELS = (Integer.MAX_VALUE - 16) / 3;

    /** Checks the fields. */
    public Preprocessing {
        Objects.requireNonNull(resize, "resize");
        Objects.requireNonNull(normalization, "normalization");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(orientation, "orientation");
        Objects.requireNonNull(decoding, "decoding");
        if (maxPixels < 1 || maxPixels > MOST_PIXELS)
            throw new IllegalArgumentException("maxPixels must be between 1 and " + MOST_PIXELS + ", was " + maxPixels);
    }

    /** The reference recipe's: stretched to 224 x 224, ImageNet's normalisation, equal to torchvision bit for bit. */
    public static Preprocessing standard() {
        return new Preprocessing(
                new Resize.Stretch(224, 224),
                Normalization.IMAGENET,
                Engine.EXACT,
                Orientation.IGNORE,
                Decoding.EXACT,
                PILLOW_MAX_PIXELS);
    }

    /** The same sizes and constants, computed wholly by OpenCV. */
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
        return new Preprocessing(other, normalization, engine, orientation, decoding, maxPixels);
    }

    /** The same with another normalisation. */
    public Preprocessing withNormalization(Normalization other) {
        return new Preprocessing(resize, other, engine, orientation, decoding, maxPixels);
    }

    /** The same with another engine. */
    public Preprocessing withEngine(Engine other) {
        return new Preprocessing(resize, normalization, other, orientation, decoding, maxPixels);
    }

    /** The same with another treatment of EXIF orientation. */
    public Preprocessing withOrientation(Orientation other) {
        return new Preprocessing(resize, normalization, engine, other, decoding, maxPixels);
    }

    /** The same with another decoding. */
    public Preprocessing withDecoding(Decoding other) {
        return new Preprocessing(resize, normalization, engine, orientation, other, maxPixels);
    }

    /** The same with another limit. */
    public Preprocessing withMaxPixels(long other) {
        return new Preprocessing(resize, normalization, engine, orientation, decoding, other);
    }

    /** As JSON; {@link #fromJson} reads it back to an equal value. */
    public ObjectNode toJson() {
        return PreprocessingJson.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException naming the field that is unknown, missing, of the wrong type or out of range
     */
    public static Preprocessing fromJson(JsonNode json) {
        return PreprocessingJson.read(json);
    }
}
