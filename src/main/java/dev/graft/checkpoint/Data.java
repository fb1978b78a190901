package dev.graft.checkpoint;

/**
 * What a run learns from.
 *
 * @param pictures how many it trains on
 * @param training fingerprint of the training pictures: classes and contents, in order
 * @param validation fingerprint of the validation pictures
 */
public record Data(int pictures, String training, String validation) {}
