/** Finds a ResNet among the tensors of a file, whatever stands around its names, and says what each of its tensors is made of. Not exported. */
package dev.graft.model.names;
