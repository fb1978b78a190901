/** The command line: options, output lines and exit statuses around {@link dev.graft.job.Job}. */
package dev.graft.cli;
