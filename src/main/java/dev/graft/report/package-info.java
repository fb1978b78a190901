/** The events of a run, and listeners that print them or write them to files. Does not know how training works. */
package dev.graft.report;
