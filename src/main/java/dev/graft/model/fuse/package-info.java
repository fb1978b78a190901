/** Turns the frozen layers of a classifier into one fast function from pictures to features. */
package dev.graft.model.fuse;
