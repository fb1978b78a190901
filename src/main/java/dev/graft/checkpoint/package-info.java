/**
 * Writes the complete state of a run to one file, and reads it, so that a resumed run ends with the same bytes.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(run.resolve("checkpoint"))) {
 *     System.out.println(checkpoint.card().classes() + " after epoch "
 *             + checkpoint.run().epoch());
 *     System.out.println(checkpoint.plan().toJson());
 * }
 * }</pre>
 */
package dev.graft.checkpoint;
