/** Turns a picture file into the pixels or floats of a network's input, equal to Pillow and torchvision. */
package dev.graft.image;
