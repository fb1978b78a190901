package dev.graft.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the pictures of a bench, so that JMH reports pictures a second beside invocations a second. */
@AuxCounters
@State(Scope.Thread)
public class PictureCount {
    /** Pictures worked on. */
    public long pictures;
}
