/** Turns a folder of pictures on disk into two sorted lists of files with labels, and says what was skipped. */
package dev.graft.data;
