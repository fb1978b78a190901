/** Turns a model into an HTTP server: a page for people, an API for programs, health and metrics for those who run it. */
package dev.graft.serve;
