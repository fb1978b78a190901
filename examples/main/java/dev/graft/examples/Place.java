package dev.graft.examples;

import java.util.random.RandomGenerator;

/**
 * What a part of a scene is drawn on.
 *
 * @param horizon height at which the ground begins, in the same unit as the others
 */
record Place(Brush brush, RandomGenerator random, double width, double height, double horizon) {}
