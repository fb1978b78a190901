/**
 * Describes what affects a run in addition to its input: versions, processor, devices, kernels.
 *
 * <pre>{@code
 * EnvironmentReport.read().facts().forEach((what, fact) -> System.out.println(what + ": " + fact));
 * }</pre>
 */
package dev.graft.environment;
