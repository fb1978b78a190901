/**
 * Describes the layers of a ResNet, from which its code, its fused trunk and its memory estimate are made, and the head
 * of any network. Not exported.
 */
package dev.graft.model.graph;
