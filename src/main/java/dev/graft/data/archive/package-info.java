/**
 * Unpacks an untrusted archive into a folder, or refuses it. Nothing is written outside the folder, and the size is
 * limited.
 */
package dev.graft.data.archive;
