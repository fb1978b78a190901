/** Describes the layers of a ResNet, from which all that is made of one follows, and the head of any network. Not exported. */
package dev.graft.model.graph;
