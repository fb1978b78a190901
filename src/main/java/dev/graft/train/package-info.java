/** From batches and a model to a trained model: the plan, the loop, the optimizer. */
package dev.graft.train;
