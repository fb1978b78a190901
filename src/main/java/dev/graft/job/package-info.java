/** A folder of pictures and a plan to a folder with a trained model: what a program needs to run one job. */
package dev.graft.job;
