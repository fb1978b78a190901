package dev.graft.hub;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The expected size of a file.
 *
 * @param least the least number of bytes, at least 1
 * @param most the largest number of bytes, at least {@code least}; more is not accepted from a server
 */
public record FileSize(long least, long most) {
    private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1 << 20);

    /** Checks the range. */
    public FileSize {
        if (least < 1 || most < least) {
            throw new IllegalArgumentException(
                    "size: must be 1 byte or more with least <= most, was " + least + " to " + most);
        }
    }

    /** An exact size. */
    public static FileSize exactly(long bytes) {
        return new FileSize(bytes, bytes);
    }

    /** An unknown size with an upper limit; the download ends there. */
    public static FileSize atMost(long bytes) {
        return new FileSize(1, bytes);
    }

    /** All sizes that round to a number of mebibytes, such as {@code 83.275}. */
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

    /** Whether the exact size is known. */
    public boolean isExact() {
        return least == most;
    }

    /** Whether a file may have this many bytes. */
    public boolean allows(long bytes) {
        return least <= bytes && bytes <= most;
    }

    /** A text for messages, such as {@code 46830571 bytes}. */
    @Override
    public String toString() {
        if (isExact()) {
            return least + " bytes";
        }
        return least == 1 ? "at most " + most + " bytes" : least + " to " + most + " bytes";
    }
}
