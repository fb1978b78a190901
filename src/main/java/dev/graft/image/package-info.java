/** Turns the bytes of a picture file into the pixels and floats that a network takes, equal to Pillow and torchvision. */
package dev.graft.image;
