package dev.graft.image.codec;

import java.util.HashMap;
import java.util.Map;

/** The tags of the first directory of a TIFF structure, classic or BigTIFF, with their integer values. */
final class TiffDirectory {
    private final Bytes file;
    private final boolean littleEndian;
    private final boolean big;
    private final Map<Integer, Long> entries = new HashMap<>(); // tag -> position of its entry

    TiffDirectory(Bytes file) throws Refusal {
        this.file = file;
        littleEndian = file.u8(0) == 'I';
        big = u16(2) == 43;
        long at = big ? u64(8) : u32(4);
        if (at < 8) throw Refusal.damaged(file.format(), "its first directory is at byte " + at);
        long count = big ? u64(at) : u16(at);
        int size = big ? 20 : 12;
        long first = at + (big ? 8 : 2);
        if (count < 0 || count > 65_535) throw Refusal.damaged(file.format(), "a directory of " + count + " entries");
        for (long i = 0; i < count && entry(first + i * size, size); i++) {}
    }

    /**
     * Adds an entry, and returns whether to continue. As in Pillow, an entry of an unknown type or longer than the file
     * is skipped, and an entry that reaches beyond the end of the file ends the directory.
     */
    private boolean entry(long at, int size) throws Refusal {
        if (at > file.length() - size) return false;
        int length = length(u16(at + 2));
        long count = big ? u64(at + 4) : u32(at + 4);
        if (length == 0 || count == 0) return true;
        if (count < 0 || count > file.length() / length) return true;
        long data = data(at, length);
        if (data < 0 || data > file.length() - length * count) return false;
        entries.putIfAbsent(u16(at), at);
        return true;
    }

    /** The size of a value in bytes; 0 for an unknown type. */
    private static int length(int type) {
        return switch (type) {
            case 1, 2, 6, 7 -> 1;
            case 3, 8 -> 2;
            case 4, 9, 11, 13 -> 4;
            case 5, 10, 12, 16 -> 8;
            default -> 0;
        };
    }

    private static boolean isWhole(int type) {
        return type == 3 || type == 4 || type == 6 || type == 8 || type == 9 || type == 13 || type == 16;
    }

    /** The first value of a tag; {@code missing} if the directory does not have the tag. */
    long value(int tag, long missing) throws Refusal {
        return entries.containsKey(tag) ? value(tag, 0, missing) : missing;
    }

    /** The number of values of a tag; 0 if the directory does not have the tag. */
    long count(int tag) throws Refusal {
        Long entry = entries.get(tag);
        if (entry == null) return 0;
        return big ? u64(entry + 4) : u32(entry + 4);
    }

    /** One value of a tag; {@code missing} if it does not exist or is not an integer. */
    long value(int tag, long index, long missing) throws Refusal {
        Long entry = entries.get(tag);
        if (entry == null || index >= count(tag)) return missing;
        int type = u16(entry + 2);
        if (!isWhole(type)) return missing;
        int size = length(type);
        long at = data(entry, size) + index * size;
        return switch (size) {
            case 1 -> file.u8(at);
            case 2 -> u16(at);
            case 4 -> u32(at);
            default -> u64(at);
        };
    }

    /** All values of a tag; empty if the tag does not exist. */
    long[] values(int tag, int most) throws Refusal {
        long count = count(tag);
        if (count > most) throw Refusal.damaged(file.format(), count + " values of tag " + tag);
        long[] all = new long[(int) count];
        for (int i = 0; i < all.length; i++) all[i] = value(tag, i, 0);
        return all;
    }

    /** The type of an existing tag. */
    int type(int tag) throws Refusal {
        return u16(entries.get(tag) + 2);
    }

    /** The values of a tag as stored in the file; empty if there are none. */
    Bytes stored(int tag) throws Refusal {
        Long entry = entries.get(tag);
        if (entry == null) return file.part(0, 0, file.format());
        int size = length(u16(entry + 2));
        return file.part(data(entry, size), size * count(tag), file.format());
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    boolean littleEndian() {
        return littleEndian;
    }

    private long data(long entry, int size) throws Refusal {
        long at = entry + (big ? 12 : 8);
        long count = big ? u64(entry + 4) : u32(entry + 4);
        return count * size <= (big ? 8 : 4) ? at : big ? u64(at) : u32(at);
    }

    private int u16(long at) throws Refusal {
        return littleEndian ? file.le16(at) : file.be16(at);
    }

    private long u32(long at) throws Refusal {
        return littleEndian ? file.le32(at) : file.be32(at);
    }

    private long u64(long at) throws Refusal {
        long low = u32(littleEndian ? at : at + 4);
        long high = u32(littleEndian ? at + 4 : at);
        return high << 32 | low;
    }
}
