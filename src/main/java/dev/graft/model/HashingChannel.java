package dev.graft.model;

import dev.graft.files.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Hashes all bytes that are written through it. Closing it does not close the channel that it writes to. */
final class HashingChannel implements WritableByteChannel {
    private final WritableByteChannel out;
    private final MessageDigest digest = Digests.sha256();

    HashingChannel(WritableByteChannel out) {
        this.out = out;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        ByteBuffer written = bytes.duplicate();
        int n = out.write(bytes);
        digest.update(written.limit(written.position() + n));
        return n;
    }

    /** The SHA-256 of all bytes written, as 64 hexadecimal digits. Call it once. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public boolean isOpen() {
        return out.isOpen();
    }

    @Override
    public void close() {}
}
