/** Graft's own native kernels. The library works without them. */
package dev.graft.natives;
