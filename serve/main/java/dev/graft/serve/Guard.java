package dev.graft.serve;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Who may ask: whoever has the token; without one, whoever reaches the address by a name that a foreign web page cannot use. */
final class Guard {
    private static final String SCHEME = "bearer ";

    private final Optional<AccessToken> token;
    private final boolean checksHost;

    Guard(ServeOptions options) {
        this.token = options.token();
        this.checksHost = token.isEmpty() && !options.open();
    }

    boolean needsToken() {
        return token.isPresent();
    }

    /**
     * Refuses strangers.
     *
     * @param authorization the header, or null
     * @param host the header, or null
     * @param site the header Sec-Fetch-Site, by which browsers tell whose page asks, or null
     */
    void check(String authorization, String host, String site) {
        if (token.isPresent() && !has(token.get(), authorization))
            throw new Problem(
                    401,
                    "the token is missing or wrong",
                    "send the header Authorization: Bearer TOKEN",
                    Map.of("WWW-Authenticate", "Bearer"));
        if (checksHost && host != null && !isHere(host))
            throw new Problem(
                    403,
                    "a server without a token answers to addresses and localhost only, not to other names",
                    "use its address, or start it with a token or with --no-token");
        if (checksHost && "cross-site".equals(site))
            throw new Problem(
                    403,
                    "a page of another site asks, and this server has no token",
                    "ask from its own page or a program, or start it with a token or with --no-token");
    }

    private static boolean has(AccessToken token, String authorization) {
        return authorization != null
                && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                && token.matches(authorization.substring(SCHEME.length()).strip());
    }

    /** Whether no name service was asked: a page of a foreign name, which it lets point here, has that name (DNS rebinding). */
    private static boolean isHere(String host) {
        return host.matches("(?i)(localhost|[0-9.]+|\\[[0-9a-f:.]+\\])(:[0-9]+)?");
    }
}
