package dev.graft.serve;

import dev.graft.explain.ExplainOptions;
import dev.graft.predict.PredictorOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a {@link GraftServer} listens, whom it answers and what it takes. Start with {@link #standard}.
 *
 * @param host the name or address to listen at. Beyond this machine it needs a token
 * @param port 1 to 65535, or 0 for a free one
 * @param token that clients must send; empty for none
 * @param open whether it may listen beyond this machine without a token
 * @param limits what it takes at most
 * @param predictor how the network runs, for a server that opens the model itself. Its queue and deadline are those of {@code limits}
 * @param overlays how overlays are made; empty for none, which needs less memory
 */
public record ServeOptions(
        String host,
        int port,
        Optional<AccessToken> token,
        boolean open,
        ServeLimits limits,
        PredictorOptions predictor,
        Optional<ExplainOptions> overlays) {
    /** Checks the ranges. */
    public ServeOptions {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(predictor, "predictor");
        Objects.requireNonNull(overlays, "overlays");
        if (host.isBlank()) throw new IllegalArgumentException("serve: host is empty; give a name or an address");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("serve: port must be 0 to 65535, was " + port);
    }

    /** At 127.0.0.1, port 8080, without a token, with overlays. */
    public static ServeOptions standard() {
        return new ServeOptions(
                "127.0.0.1",
                8080,
                Optional.empty(),
                false,
                ServeLimits.STANDARD,
                PredictorOptions.fast(),
                Optional.of(ExplainOptions.standard()));
    }

    /** The same at another name or address of this machine; {@code 0.0.0.0} is all of its addresses. */
    public ServeOptions withHost(String other) {
        return new ServeOptions(other, port, token, open, limits, predictor, overlays);
    }

    /** The same at another port; 0 for a free one. */
    public ServeOptions withPort(int other) {
        return new ServeOptions(host, other, token, open, limits, predictor, overlays);
    }

    /** The same with a token that clients must send. */
    public ServeOptions withToken(AccessToken other) {
        return new ServeOptions(host, port, Optional.of(other), open, limits, predictor, overlays);
    }

    /** The same without a token, for anybody who reaches the address: something before the server checks who asks. */
    public ServeOptions openToAll() {
        return new ServeOptions(host, port, Optional.empty(), true, limits, predictor, overlays);
    }

    /** The same with other limits. */
    public ServeOptions withLimits(ServeLimits other) {
        return new ServeOptions(host, port, token, open, other, predictor, overlays);
    }

    /** The same with another way to run the network. */
    public ServeOptions withPredictor(PredictorOptions other) {
        return new ServeOptions(host, port, token, open, limits, other, overlays);
    }

    /** The same with overlays made in this way. */
    public ServeOptions withOverlays(ExplainOptions other) {
        return new ServeOptions(host, port, token, open, limits, predictor, Optional.of(other));
    }

    /** The same without overlays: the network as it was saved need not stay in memory beside the fused one. */
    public ServeOptions withoutOverlays() {
        return new ServeOptions(host, port, token, open, limits, predictor, Optional.empty());
    }

    /**
     * Checks that strangers cannot use the server by mistake.
     *
     * @throws IllegalArgumentException when it would listen beyond this machine without a token, or the host is unknown
     */
    public void requireGuarded() {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "serve: there is no host " + host + "; give an address of this machine, such as 127.0.0.1", e);
        }
        if (token.isEmpty() && !open && !address.isLoopbackAddress())
            throw new IllegalArgumentException("serve: " + host
                    + " is reached from other machines, and there is no token; give one, or say that none is wanted");
    }
}
