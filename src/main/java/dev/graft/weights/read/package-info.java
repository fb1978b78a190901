/**
 * Reads the bytes of an open file of weights, detects its format, and defines the interface of all readers. Not
 * exported.
 */
package dev.graft.weights.read;
