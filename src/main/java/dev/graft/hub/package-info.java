/**
 * Turns names and addresses of weights into local files: downloaded once, checked at every use.
 *
 * <pre>{@code
 * KnownWeights known = KnownWeights.named("RESNET18_IMAGENET1K_V1");
 * System.out.println(known.architecture() + ", top-1 " + known.top1Percent() + "%");
 * CacheFolder cache = CacheFolder.in(out); // known.fetch() downloads into the user's own, once
 * System.out.println(cache.find(known.file()).isPresent() ? "is there" : "not yet downloaded");
 * }</pre>
 */
package dev.graft.hub;
