/**
 * Turns samples into batches: workers decode pictures into reused buffers, which are moved to the device and normalised
 * there.
 *
 * <pre>{@code
 * Preprocessing preprocessing = Preprocessing.standard();
 * ComputeDevice device = ComputeDevice.best();
 * try (ImageFolder folder = ImageFolder.open(pets);
 *         Staging staging = new Staging(device, Layout.CONTIGUOUS, preprocessing);
 *         BatchLoader loader = new BatchLoader(preprocessing, staging, 4, 2, Unreadable.FAIL);
 *         BatchStream stream = loader.stream(folder.train(), new int[] {3, 1, 0, 2}, 0);
 *         NativeScope scope = NativeScope.open()) {
 *     DeviceBatch batch = staging.toDevice(stream.next());
 *     System.out.println(batch.size() + " pictures with " + batch.images().size(2) + " rows");
 * }
 * }</pre>
 */
package dev.graft.batch;
