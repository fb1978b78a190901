/** Turns a saved model and labelled pictures into metrics, mistakes and files about them. */
package dev.graft.evaluate;
