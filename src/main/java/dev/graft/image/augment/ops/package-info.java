/** Random changes of a picture's pixels: each is drawn from random numbers, then made in place, equal to torchvision. */
package dev.graft.image.augment.ops;
