/** Turns names and addresses of weights into local files: downloaded once, checked at every use. */
package dev.graft.hub;
