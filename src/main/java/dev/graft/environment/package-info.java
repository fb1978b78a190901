/** What a run depends on beside its input: versions, processor, devices, which kernels. */
package dev.graft.environment;
