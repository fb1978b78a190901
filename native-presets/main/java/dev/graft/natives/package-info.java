/** The place of Graft's own native kernels; the library works without them. */
package dev.graft.natives;
