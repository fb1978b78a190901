/** Turns a few pictures of parts into a station that sorts them, knows what it does not know, and notices when its camera drifts. */
package dev.graft.examples.shopfloor;
