/** Turns a video, a camera or a stream into classes, events and an annotated video. */
package dev.graft.examples.video;
