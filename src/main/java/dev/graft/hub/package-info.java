/** Names and addresses of weights to files of this machine: fetched once, checked at every use. */
package dev.graft.hub;
