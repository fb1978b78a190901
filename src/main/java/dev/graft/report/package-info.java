/** What a run tells: events, and the places they are written to. Knows nothing of how training works. */
package dev.graft.report;
