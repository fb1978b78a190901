/** Random crops and flips of training pictures, which a seed makes reproducible. */
package dev.graft.image.augment;
