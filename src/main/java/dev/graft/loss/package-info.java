/** Turns logits and targets into a batch's loss. */
package dev.graft.loss;
