/**
 * Describes the tensors in a file of weights (element type, shape, position), and the errors for refused files.
 *
 * <pre>{@code
 * try (WeightsFile file = WeightsFile.open(weights)) {
 *     StoredTensor head = file.tensors().get("fc.weight");
 *     ByteBuffer bytes = ByteBuffer.allocate((int) head.storageBytes());
 *     file.readStorage(head, bytes);
 *     System.out.println(head.kind() + " " + head.shape());
 * }
 * }</pre>
 */
package dev.graft.weights.tensor;
