/** Shows which parts of a picture led to a prediction: heat maps, and pictures with the heat drawn over them. */
package dev.graft.explain;
