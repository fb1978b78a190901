/**
 * Several processes, on one machine or several, that train one model: who they are, how they find each other and exchange tensors, and
 * which of them is to blame when one fails.
 *
 * <pre>{@code
 * World world = World.fromEnvironment(); // one process, if no torchrun or the like has started this one
 * System.out.println("rank " + world.rank() + " of " + world.size());
 * try (ImageFolder folder = ImageFolder.open(pets);
 *         RankGroup ranks =
 *                 world.isAlone() ? null : RankGroup.join(world, ComputeDevice.CPU, RankGroup.PATIENCE)) {
 *     Job job = Job.graft(weights, folder, Preprocessing.standard().withResize(new Resize.Stretch(32, 32)))
 *             .into(new RunFolder(out.resolve("run")));
 *     if (ranks != null) job.ranks(ranks);
 *     System.out.println(job.run().evaluation().orElseThrow().correct() + " right");
 * }
 * }</pre>
 */
package dev.graft.distributed;
