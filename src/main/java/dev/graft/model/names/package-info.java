/**
 * Finds a ResNet among the tensors of a file, also under prefixes or other names, and says how each of its tensors is
 * computed. Not exported.
 */
package dev.graft.model.names;
