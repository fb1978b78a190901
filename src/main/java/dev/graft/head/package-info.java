/**
 * Turns the features and classes of pictures into the linear layer that classifies them best, chosen by
 * cross-validation.
 *
 * <pre>{@code
 * float[] measured = {1.0f, 0.1f, 0.9f, 0.0f, 0.1f, 1.0f, 0.0f, 0.8f}; // two features of four pictures
 * int[] classes = {0, 0, 1, 1};
 * try (NativeScope scope = NativeScope.open()) {
 *     HeadData data = new HeadData(Tensor.create(measured, 4, 2), List.of(), classes, 2, true);
 *     LinearHead head = HeadFitter.at(data, 0.1);
 *     System.out.println(head.weight().length + " weights, " + head.bias().length + " biases");
 * }
 * }</pre>
 */
package dev.graft.head;
