package dev.graft.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Downloads a file into a part file, with retries, and accepts only the right content. */
final class Download {
    private static final int MOST_ATTEMPTS = 200; // only a few in a row may receive nothing

    private final RemoteFile file;
    private final Patience patience;
    private final DownloadListener listener;
    private final Transfer transfer;
    private Duration grace; // the rest of the time that a server may ask us to wait

    Download(RemoteFile file, Patience patience, Proxies proxies, DownloadListener listener) {
        this.file = file;
        this.patience = patience;
        this.listener = listener;
        this.grace = patience.inVain();
        this.transfer = new Transfer(file, new Web(patience, proxies), patience.stall(), listener);
    }

    /** Fills the part file with the complete, checked content. */
    void into(PartFile part) throws IOException {
        bring(part);
        Sha256 seen = Sha256.of(part.path());
        if (!isRight(part, seen) && part.isPieced()) { // perhaps pieces of two files: once more from the start
            listener.retrying(file, "the pieces do not fit together");
            part.clear();
            bring(part);
            seen = Sha256.of(part.path());
        }
        if (!isRight(part, seen)) {
            long length = part.length();
            part.clear();
            throw new IOException("the received file has " + length + " bytes and " + seen + ", expected " + file.size()
                    + " and " + file.digest() + "; it is not kept");
        }
    }

    private boolean isRight(PartFile part, Sha256 seen) throws IOException {
        return file.size().allows(part.length()) && file.digest().agreesWith(seen);
    }

    private void bring(PartFile part) throws IOException {
        if (part.length() > file.size().most()) {
            part.clear();
        }
        int fruitless = 0;
        for (int attempt = 1; part.length() == 0 || part.length() < file.size().most(); attempt++) {
            long before = part.length();
            try {
                transfer.run(part);
                return;
            } catch (PassingFault e) {
                fruitless = part.length() > before ? 0 : fruitless + 1;
                if (fruitless > patience.retries() || attempt == MOST_ATTEMPTS) {
                    throw new IOException(
                            e.getMessage() + "; attempts: " + attempt
                                    + (part.isForTheNext()
                                            ? ", bytes kept for the next attempt: " + part.length()
                                            : ""),
                            e);
                }
                listener.retrying(file, e.getMessage());
                pause(fruitless, e.pause());
            }
        }
    }

    private void pause(int fruitless, Duration asked) throws InterruptedIOException {
        Duration ours = patience.before(Math.max(1, fruitless));
        Duration granted = asked.compareTo(grace) > 0 ? grace : asked;
        grace = grace.minus(granted);
        try {
            Thread.sleep((granted.compareTo(ours) > 0 ? granted : ours).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
