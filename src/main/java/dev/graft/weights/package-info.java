/**
 * Reads tensors by name from files of weights without running any code in them, and writes such files.
 *
 * <pre>{@code
 * try (WeightsFile file = WeightsFile.open(weights)) { // none of its code runs
 *     System.out.println(file.kind() + " of " + file.tensors().size() + " tensors");
 *     for (String name : file.tensors().keySet()) if (name.startsWith("fc")) System.out.println(name);
 * }
 * }</pre>
 */
package dev.graft.weights;
