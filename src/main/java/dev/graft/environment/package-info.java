/** Describes what affects a run in addition to its input: versions, processor, devices, kernels. */
package dev.graft.environment;
