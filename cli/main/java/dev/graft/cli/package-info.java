/** The command line: options, printed lines and exit statuses around {@link dev.graft.job.Job}. */
package dev.graft.cli;
