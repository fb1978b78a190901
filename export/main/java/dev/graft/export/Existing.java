package dev.graft.export;

/** What happens to a file or folder that is already where an export goes. */
public enum Existing {
    /** It stays, and the export is refused. */
    REFUSE,
    /** It is replaced, when the export is complete and checked. */
    REPLACE
}
