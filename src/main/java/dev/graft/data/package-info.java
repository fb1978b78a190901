/** Turns a folder of pictures on disk into sorted lists of files with labels, and reports what was skipped. */
package dev.graft.data;
