package dev.graft.examples.video;

import java.util.ArrayDeque;

/**
 * The frames between the thread that decodes and the one that classifies. It never holds more than its capacity, so memory does not grow
 * when classifying is slower. Of a file the decoder waits for room. Of a live source the oldest frame is dropped and counted, for what
 * the camera sees now matters more.
 */
final class FrameQueue {
    private final ArrayDeque<Shot> shots = new ArrayDeque<>();
    private final int capacity;
    private long dropped;
    private boolean ended;
    private boolean closed;

    FrameQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a frame of a file; waits for room. */
    synchronized void put(Shot shot) throws InterruptedException {
        while (shots.size() == capacity && !closed) wait();
        add(shot);
    }

    /** Adds a frame of a live source. */
    synchronized void putNewest(Shot shot) {
        if (shots.size() == capacity) {
            shots.remove();
            dropped++;
        }
        add(shot);
    }

    private void add(Shot shot) {
        if (!closed) shots.add(shot);
        notifyAll();
    }

    /** No more frames will come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nobody takes frames any more: the decoder does not wait. */
    synchronized void close() {
        closed = true;
        shots.clear();
        notifyAll();
    }

    /** Whether frames may still come, or are there. */
    synchronized boolean isOpen() {
        return !ended || !shots.isEmpty();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** The next frame, or null when none came in this time or none will come. */
    synchronized Shot take(long millis) throws InterruptedException {
        long until = System.nanoTime() + 1_000_000 * millis;
        while (shots.isEmpty() && !ended) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) return null;
            wait(left);
        }
        Shot shot = shots.poll();
        notifyAll();
        return shot;
    }

    /** The number of frames that were dropped. */
    synchronized long dropped() {
        return dropped;
    }
}
