package dev.graft.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A file on a server, with the digest and size to check the download.
 *
 * @param address https, or http if the complete digest is known; without user name and password
 * @param digest its SHA-256, or the first digits of it
 * @param size its expected size
 * @param name its name in the cache folder: letters, digits and {@code . _ + -}, at most 200, beginning with a letter
 *     or digit. A name must always mean the same file, so it should contain a version or the first digits of the digest
 */
public record RemoteFile(URI address, Sha256 digest, FileSize size, String name) {
    /** The limit for a file of unknown size: 4 GiB. */
    public static final FileSize UNKNOWN_SIZE = FileSize.atMost(1L << 32);

    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "clock$");

    /** Checks address and name. */
    public RemoteFile {
        Objects.requireNonNull(size, "size");
        checkAddress(address, digest);
        checkName(name);
    }

    /** A file of unknown size with the name from its address. */
    public static RemoteFile of(String address, String sha256) {
        return of(address, sha256, UNKNOWN_SIZE);
    }

    /** A file with the name from its address. */
    public static RemoteFile of(String address, String sha256, FileSize size) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) { // its message would contain the address, which may hold a password
            throw new IllegalArgumentException(
                    "address: is not valid (" + e.getReason().toLowerCase(Locale.ROOT)
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
                    + "; give the path of a local file directly");
        }
        if (address.getHost() == null) {
            throw new IllegalArgumentException("address: has no host after " + scheme + ":");
        }
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "address: must not contain a user name or password, they would appear in messages; the host is "
                            + address.getHost());
        }
        if (scheme.equals("http") && !digest.isWhole()) {
            throw new IllegalArgumentException("address: " + Addresses.shown(address)
                    + " is plain http, which others can change on the way: give all 64 digits of its SHA-256, not "
                    + digest.hex().length());
        }
    }

    private static void checkName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,199}") || name.endsWith(".") || isDevice(name)) {
            throw new IllegalArgumentException("name: must be a plain file name of letters, digits and ._+-, at most"
                    + " 200, beginning with a letter or digit, was '" + name + "'");
        }
    }

    /** Whether the name is reserved by Windows, with or without an extension. */
    private static boolean isDevice(String name) {
        String stem = name.toLowerCase(Locale.ROOT).replaceFirst("\\..*", "");
        return DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9]");
    }
}
