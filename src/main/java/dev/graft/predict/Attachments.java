package dev.graft.predict;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What belongs to one network, see {@link Attached}. Used by the thread of the network, except {@link #value}. */
final class Attachments implements AutoCloseable {
    private final ReadyNetwork network;
    private final Map<Attached<?>, Object> values = new ConcurrentHashMap<>();

    Attachments(ReadyNetwork network) {
        this.network = network;
    }

    /** Makes what the networks of a predictor have. If this one cannot have one of them, the network is closed. */
    void addAll(List<Attached<?>> all) throws IOException {
        try {
            for (Attached<?> each : all) add(each);
        } catch (IOException | RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    <T> void add(Attached<T> what) throws IOException {
        values.put(what, network.run(what.make()));
    }

    /** Any thread may call it. */
    @SuppressWarnings("unchecked") // add puts it there
    <T> T value(Attached<T> what) {
        Object value = values.get(what);
        if (value == null)
            throw new IllegalStateException("predictor: an attachment was used after close; make a new one");
        return (T) value;
    }

    <T> void remove(Attached<T> what) {
        if (!values.containsKey(what)) return;
        what.free().accept(value(what));
        values.remove(what);
    }

    @Override
    public void close() {
        List.copyOf(values.keySet()).forEach(this::remove);
    }
}
