/**
 * Basis of all packages that use LibTorch: loading it, scopes of native memory, devices, threads, random numbers,
 * errors.
 */
package dev.graft.torch;
