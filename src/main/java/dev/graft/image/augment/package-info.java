/** Random crops, flips and other changes of training pictures, which a seed makes reproducible. */
package dev.graft.image.augment;
