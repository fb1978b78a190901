/** Runs a complete training: from a folder of pictures and a plan to a folder with a trained model. */
package dev.graft.job;
