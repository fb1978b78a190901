package dev.graft.image.codec;

import java.util.HashMap;
import java.util.Map;

/** Tags of the first directory of a TIFF structure, classic or BigTIFF, with their whole-number values. */
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
        for (long i = 0; i < count; i++) {
            file.need(first + i * size, size);
            entries.putIfAbsent(u16(first + i * size), first + i * size);
        }
    }

    /** The first value of a tag, or {@code missing} when the directory does not have it. */
    long value(int tag, long missing) throws Refusal {
        return entries.containsKey(tag) ? value(tag, 0, missing) : missing;
    }

    /** How many values a tag has; 0 when the directory does not have it. */
    long count(int tag) throws Refusal {
        Long entry = entries.get(tag);
        if (entry == null) return 0;
        return big ? u64(entry + 4) : u32(entry + 4);
    }

    /** One value of a tag, or {@code missing} for one that is not there or is no whole number. */
    long value(int tag, long index, long missing) throws Refusal {
        Long entry = entries.get(tag);
        if (entry == null || index >= count(tag)) return missing;
        int size =
                switch (u16(entry + 2)) {
                    case 1, 6 -> 1;
                    case 3, 8 -> 2;
                    case 4, 9, 13 -> 4;
                    case 16, 17, 18 -> 8;
                    default -> 0;
                };
        if (size == 0) return missing;
        long at = data(entry, size) + index * size;
        return switch (size) {
            case 1 -> file.u8(at);
            case 2 -> u16(at);
            case 4 -> u32(at);
            default -> u64(at);
        };
    }

    /** All values of a tag, or none for one that is not there. */
    long[] values(int tag, int most) throws Refusal {
        long count = count(tag);
        if (count > most) throw Refusal.damaged(file.format(), count + " values of tag " + tag);
        long[] all = new long[(int) count];
        for (int i = 0; i < all.length; i++) all[i] = value(tag, i, 0);
        return all;
    }

    /** What a tag says, value by value as it is stored, {@code size} bytes each. */
    Bytes stored(int tag, int size) throws Refusal {
        Long entry = entries.get(tag);
        return file.part(entry == null ? 0 : data(entry, size), size * count(tag), file.format());
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
