package dev.graft.checkpoint;

/**
 * The fingerprints of a run's pictures.
 *
 * @param pictures number of training pictures
 * @param training fingerprint of the training pictures: labels and file contents, in order
 * @param validation fingerprint of the validation pictures
 */
public record Data(int pictures, String training, String validation) {}
