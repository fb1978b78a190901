package dev.graft.image;

/** The code that resizes and normalises. */
public enum Engine {
    /** Graft's own code, equal to Pillow's antialiased bilinear filter and torchvision's normalisation bit for bit. */
    EXACT,
    /** OpenCV's INTER_LINEAR without antialiasing, and its float arithmetic: close to torchvision, not equal. */
    OPENCV
}
