/** Draws which part of a training picture is seen, and whether it is mirrored: random crops and flips that can be drawn again. */
package dev.graft.image.augment;
