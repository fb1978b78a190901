package dev.graft.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A file that lies on a server, and how to tell that it has arrived whole.
 *
 * @param address https, or http where the whole digest is known; no user name and no password in it
 * @param digest all of its SHA-256, or the digits that it begins with
 * @param size what is known of its size
 * @param name its name in the cache folder: letters, digits and {@code . _ + -}, at most 200, beginning with a letter or
 *     digit. One name stands for one file for ever: let it hold a version or the digest's first digits
 */
public record RemoteFile(URI address, Sha256 digest, FileSize size, String name) {
    /** What a file may have at most when nothing is known of its size: 4 GiB. */
    public static final FileSize UNKNOWN_SIZE = FileSize.atMost(1L << 32);

    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "clock$");

    /** Checks address and name. */
    public RemoteFile {
        Objects.requireNonNull(size, "size");
        checkAddress(address, digest);
        checkName(name);
    }

    /** A file of unknown size, named as in its address. */
    public static RemoteFile of(String address, String sha256) {
        return of(address, sha256, UNKNOWN_SIZE);
    }

    /** A file named as in its address. */
    public static RemoteFile of(String address, String sha256, FileSize size) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) { // its message would show all of it, and with it what may be a password
            throw new IllegalArgumentException(
                    "address: is none (" + e.getReason().toLowerCase(Locale.ROOT)
                            + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1))
                            + "); give https://HOST/PATH");
        }
        String path = Objects.requireNonNullElse(uri.getPath(), "");
        return new RemoteFile(uri, new Sha256(sha256), size, path.substring(path.lastIndexOf('/') + 1));
    }

    private static void checkAddress(URI address, Sha256 digest) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("address: must begin with https:// or http://, has "
                    + (address.getScheme() == null ? "neither" : "the scheme '" + address.getScheme() + "'")
                    + "; a file of this machine needs no fetching");
        }
        if (address.getHost() == null) {
            throw new IllegalArgumentException("address: names no host behind " + scheme + ":");
        }
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "address: holds a user name or password, which would end up in messages; host "
                            + address.getHost());
        }
        if (scheme.equals("http") && !digest.isWhole()) {
            throw new IllegalArgumentException("address: " + Addresses.shown(address)
                    + " is plain http, which anybody on the way can change: give all 64 digits of its SHA-256, not "
                    + digest.hex().length());
        }
    }

    private static void checkName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,199}") || name.endsWith(".") || isDevice(name)) {
            throw new IllegalArgumentException("name: must be a plain file name of letters, digits and ._+-, at most"
                    + " 200, beginning with a letter or digit, was '" + name + "'");
        }
    }

    /** Names that Windows keeps for itself, with or without an ending. */
    private static boolean isDevice(String name) {
        String stem = name.toLowerCase(Locale.ROOT).replaceFirst("\\..*", "");
        return DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9]");
    }
}
