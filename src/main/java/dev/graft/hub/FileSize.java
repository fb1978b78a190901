package dev.graft.hub;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What is known of a file's size before it is there.
 *
 * @param least bytes, 1 or more
 * @param most bytes, {@code least} or more; nothing beyond is taken from a server
 */
public record FileSize(long least, long most) {
    private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1 << 20);

    /** Checks the range. */
    public FileSize {
        if (least < 1 || most < least) {
            throw new IllegalArgumentException("size: must be from 1 byte up, was " + least + " to " + most);
        }
    }

    /** A size known to the byte. */
    public static FileSize exactly(long bytes) {
        return new FileSize(bytes, bytes);
    }

    /** A size of which only the most is known; a server that never ends is cut off there. */
    public static FileSize atMost(long bytes) {
        return new FileSize(1, bytes);
    }

    /** A size published in mebibytes and rounded, such as {@code 83.275}: every size that rounds to these digits. */
    public static FileSize roundedMebibytes(String mebibytes) {
        BigDecimal published = new BigDecimal(mebibytes);
        BigDecimal half = published.ulp().divide(BigDecimal.valueOf(2));
        return new FileSize(
                published
                        .subtract(half)
                        .multiply(MEBIBYTE)
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact(),
                published
                        .add(half)
                        .multiply(MEBIBYTE)
                        .setScale(0, RoundingMode.FLOOR)
                        .longValueExact());
    }

    /** Whether the size is known to the byte. */
    public boolean isExact() {
        return least == most;
    }

    /** Whether a file may have this many bytes. */
    public boolean allows(long bytes) {
        return least <= bytes && bytes <= most;
    }

    /** For messages, such as {@code 46830571 bytes}. */
    @Override
    public String toString() {
        if (isExact()) {
            return least + " bytes";
        }
        return least == 1 ? "at most " + most + " bytes" : least + " to " + most + " bytes";
    }
}
