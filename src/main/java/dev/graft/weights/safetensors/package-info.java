/** Reads safetensors files. Not exported. */
package dev.graft.weights.safetensors;
