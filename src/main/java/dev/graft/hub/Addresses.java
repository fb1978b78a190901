package dev.graft.hub;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/** Shows addresses in messages, and checks redirects. */
final class Addresses {
    private static final int MOST_PORT = 65_535;

    private Addresses() {}

    /** As {@link #whole}, but shortened for messages: a redirect's address may be very long. */
    static String shown(URI address) {
        return Printable.of(whole(address));
    }

    /** The address without user, password and query: the query of a signed address contains its key. */
    static String whole(URI address) {
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        String path = address.getRawPath() == null ? "" : address.getRawPath();
        return address.getScheme() + "://" + address.getHost() + port + path
                + (address.getRawQuery() == null ? "" : "?...");
    }

    /**
     * The address that a redirect leads to.
     *
     * @throws IOException when it is not a valid address, has another protocol, or leads from https to plain http
     */
    static URI redirected(URI from, String location) throws IOException {
        if (location.isEmpty()) {
            throw new IOException(shown(from) + " redirects without an address");
        }
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(shown(from) + " redirects to an invalid address", e);
        }
        String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        if (to.getHost() == null || !scheme.equals("https") && !scheme.equals("http")) {
            throw new IOException(shown(from) + " redirects to the scheme '" + Printable.of(scheme)
                    + "'; only https and http are followed");
        }
        if (to.getPort() > MOST_PORT) {
            throw new IOException(shown(from) + " redirects to port " + to.getPort() + ", which is not a valid port");
        }
        if (scheme.equals("http") && !from.getScheme().equalsIgnoreCase("http")) {
            throw new IOException(
                    shown(from) + " redirects from https to plain http (" + shown(to) + "), which is not followed");
        }
        if (to.getRawUserInfo() != null) {
            throw new IOException(
                    shown(from) + " redirects to an address with a user or password, which is not followed");
        }
        return to;
    }
}
