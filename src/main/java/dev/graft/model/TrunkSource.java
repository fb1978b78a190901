package dev.graft.model;

import java.io.IOException;

/** How a trunk is made. It is known before it is done: who finds all features kept by their {@link #identity} needs no trunk. */
public interface TrunkSource {
    /** Features of one picture. */
    int size();

    /** Tells trunks apart that may give other features: weights, precision, operators, kind of device and of processor. */
    String identity();

    /**
     * Makes the trunk, which the caller owns; the classifier stays as it is.
     *
     * @param pictures how many will mostly pass at a time, at least 1
     * @throws IOException when the network cannot be made without its head
     */
    Trunk fuse(int pictures) throws IOException;
}
