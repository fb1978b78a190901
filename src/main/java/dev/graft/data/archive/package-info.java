/** Turns an archive of anybody's making into a folder, or refuses it: nothing lands outside, and nothing outgrows its bounds. */
package dev.graft.data.archive;
