/**
 * Turns the frozen layers of a classifier into one fast function from pictures to features.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.load(model);
 *         FusedTrunk trunk = FusedTrunk.of(classifier, Precision.FP32, ComputeDevice.CPU);
 *         NativeScope scope = NativeScope.open()) {
 *     Tensor features = trunk.features(torch.ones(1, 3, 64, 64));
 *     System.out.println(features.size(1) + " features");
 * }
 * }</pre>
 */
package dev.graft.model.fuse;
