/** Samples to what a frozen trunk makes of them: each picture passes through it once, and is found again in a later run. */
package dev.graft.features;
