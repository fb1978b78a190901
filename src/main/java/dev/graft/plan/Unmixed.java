package dev.graft.plan;

/** The pictures of a batch stay as they are. */
public record Unmixed() implements Mixing {}
