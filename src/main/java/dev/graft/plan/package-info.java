/** The settings of a training run, as records that can be written as JSON. Does not know how training is done. */
package dev.graft.plan;
