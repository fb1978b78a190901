package dev.graft.image;

/** What to do with the orientation that a camera wrote into the file's EXIF data. */
public enum Orientation {
    /** Pixels as stored, as torchvision's loader gives them. */
    IGNORE,
    /** Pixels turned and mirrored as the EXIF orientation says; a file without one stays as stored. */
    EXIF
}
