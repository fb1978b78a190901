/** The network: a ResNet as TorchScript that we write, its weights, its head, and the archive it is saved as. */
package dev.graft.model;
