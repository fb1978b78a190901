package dev.graft.image;

/** What to do with the EXIF orientation of a file. */
public enum Orientation {
    /** Pixels as stored, as in torchvision's loader. */
    IGNORE,
    /** Pixels turned and mirrored as the EXIF orientation says; a file without one stays as stored. */
    EXIF
}
