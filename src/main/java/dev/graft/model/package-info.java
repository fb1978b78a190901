/**
 * Turns a weights file and a card (network, classes, preprocessing) into a {@code Classifier}, and a classifier into a
 * file.
 */
package dev.graft.model;
