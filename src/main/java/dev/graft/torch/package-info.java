/**
 * Basis of all packages that use LibTorch: loading it, scopes of native memory, devices, threads, random numbers,
 * errors.
 *
 * <pre>{@code
 * System.out.println(ComputeDevice.best() + ", " + Threads.get() + " threads");
 * try (NativeScope scope = NativeScope.open()) {
 *     Tensor kept = NativeScope.own(torch.ones(2, 3)); // outlives the scope: close it
 *     torch.ones(1000, 1000); // freed with the scope
 *     kept.close();
 * }
 * }</pre>
 */
package dev.graft.torch;
