/** A command line around Graft, and pictures drawn so that it runs without any. */
package dev.graft.examples;
