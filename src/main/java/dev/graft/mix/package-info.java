/** Mixes the pictures and targets of a training batch. */
package dev.graft.mix;
