/** Describes the layers of a ResNet, from which all that is made of one follows. Not exported. */
package dev.graft.model.graph;
