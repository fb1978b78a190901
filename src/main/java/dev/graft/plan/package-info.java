/**
 * The settings of a training run, as records that can be written as JSON. Does not know how training is done.
 *
 * <pre>{@code
 * TrainingPlan plan =
 *         TrainingPlan.fast().withEpochs(20).withBatchSize(64).withOptimizer(new Sgd(0.9, 0, false, 1e-4));
 * TrainingPlan again = TrainingPlan.fromJson(plan.toJson());
 * System.out.println(again.equals(plan) + ", " + again.differences(TrainingPlan.fast()));
 * }</pre>
 */
package dev.graft.plan;
