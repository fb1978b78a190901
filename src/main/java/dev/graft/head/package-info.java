/**
 * Turns the features and classes of pictures into the linear layer that classifies them best, chosen by
 * cross-validation.
 */
package dev.graft.head;
