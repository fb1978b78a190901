package dev.graft.distributed;

import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;

/**
 * The ranks of a run that have found each other, as one of them sees it. All ranks call the same methods in the same order, with tensors of
 * the same shape and type. Owns the store, the connections and one thread: close it. Used by one thread.
 *
 * <p>Each method that exchanges something throws a {@link RankException} when another rank has failed, died or does not answer in time.
 */
public final class RankGroup implements AutoCloseable {
    /** How long a rank waits for another one in an exchange, unless it is told otherwise. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long LOOK_MILLIS = 20;

    private final World world;
    private final ComputeDevice device;
    private final RankStore store;
    private final Witness witness;
    private final Backend group;
    private final Heartbeat heartbeat;
    private int exchanges;

    /** Takes over store and group. */
    RankGroup(World world, ComputeDevice device, RankStore store, Witness witness, Backend group) {
        this.world = world;
        this.device = device;
        this.store = store;
        this.witness = witness;
        this.group = group;
        this.heartbeat = new Heartbeat(store, witness, world);
    }

    /**
     * Waits until all ranks of the world are there, and connects them.
     *
     * @param world of more than one rank
     * @param device whose tensors are exchanged: Gloo on the processor, NCCL (which was never run) on a GPU
     * @param patience how long to wait for another rank here and in each exchange, at least a millisecond
     * @throws RankException when a rank does not come, is there twice or has another idea of the world, or rank 0 cannot be reached
     */
    public static RankGroup join(World world, ComputeDevice device, Duration patience) {
        if (world.isAlone())
            throw new IllegalArgumentException("ranks: a world of one process has no group; leave it out");
        return Joining.group(world, device, patience);
    }

    /** The world that this group was made of. */
    public World world() {
        return world;
    }

    /** Whose tensors are exchanged. */
    public ComputeDevice device() {
        return device;
    }

    /** This rank, from 0. */
    public int rank() {
        return world.rank();
    }

    /** The number of ranks, at least 2. */
    public int size() {
        return world.size();
    }

    /** Whether this is rank 0, which writes the files. */
    public boolean isFirst() {
        return world.rank() == 0;
    }

    /** This rank with its machine and process, for messages. */
    public String name() {
        return witness.name(rank());
    }

    /** Sets where this rank is, such as {@code epoch 1, step 3}, for messages. */
    public void at(String step) {
        witness.at(step);
    }

    /** Where this rank is, see {@link #at(String)}. */
    public String at() {
        return witness.at();
    }

    /**
     * Tells the other ranks that this one ends, and why; they end too, with this reason. Does nothing for a {@link RankException}, which
     * comes from another rank.
     */
    public void fail(Throwable why) {
        if (!(why instanceof RankException)) witness.confess(Witness.firstLine(why));
    }

    /**
     * Exchanges texts, without a limit of time, as long as all ranks live: a rank may still read its files.
     *
     * @return the text of each rank, in their order
     */
    public List<String> exchange(String text) {
        String name = "exchange/" + exchanges++ + "/";
        store.set(name + rank(), text);
        List<String> all = new ArrayList<>();
        for (int r = 0; r < size(); r++) all.add(awaited(name + r));
        return all;
    }

    private String awaited(String name) {
        try {
            for (String text = store.get(name); ; text = store.get(name)) {
                if (text != null) return text;
                heartbeat.check();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RankException(at() + ": interrupted while waiting for the other ranks", e);
        } catch (RankException e) {
            throw e;
        } catch (RuntimeException e) {
            throw witness.explain(e);
        }
    }

    /**
     * Checks that all ranks have the same facts, such as the plan and the shapes of what learns. Call it before tensors are exchanged:
     * LibTorch ends the process where sizes differ, and adds up nonsense where types do.
     *
     * @param facts by name, the same names on all ranks
     * @throws RankException on all ranks when one of them differs from rank 0; it says which and in what
     */
    public void requireAgreement(Map<String, String> facts) {
        at("handshake");
        Map<String, List<String>> all = new LinkedHashMap<>();
        facts.forEach((name, mine) -> all.put(name, exchange(mine)));
        all.forEach((name, texts) -> IntStream.range(1, size())
                .filter(r -> !texts.get(r).equals(texts.get(0)))
                .findFirst()
                .ifPresent(r -> {
                    throw new RankException(at() + ": " + witness.name(r) + " differs from " + witness.name(0) + " in "
                            + name + ": " + Difference.of(texts.get(r), texts.get(0))
                            + "; start all ranks with the same files and options");
                }));
    }

    /**
     * Throws what was noticed about another rank, if anything was; waits for nothing. Call it now and then in long work without exchanges.
     *
     * @throws RankException when another rank has failed
     */
    public void check() {
        heartbeat.check();
    }

    /** Replaces a contiguous tensor by the sum of all ranks'. Bit-equal on all ranks. */
    public void sum(Tensor flat) {
        exchanged(() -> group.allreduce(new TensorVector(flat)));
    }

    /** Replaces the tensor of every rank by rank 0's. */
    public void takeFirst(Tensor tensor) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor flat = tensor.detach().contiguous();
            exchanged(() -> group.broadcast(new TensorVector(flat), new BroadcastOptions()));
            tensor.detach().copy_(flat);
        }
    }

    /** Rank 0's number. */
    public double first(double mine) {
        return Double.parseDouble(exchange(Double.toString(mine)).get(0));
    }

    /** Whether a condition is true on any rank. */
    public boolean any(boolean mine) {
        try (NativeScope scope = NativeScope.open()) {
            Tensor count = torch.full(new long[] {1}, new Scalar(mine ? 1.0 : 0.0));
            sum(count);
            return count.item_float() > 0;
        }
    }

    /**
     * Gathers rows of which each rank has any number.
     *
     * @param rows contiguous [n, ...], on the group's device; all but the first size are the same on all ranks
     * @return the rows of each rank, owned by the open scope
     */
    public List<Tensor> gather(Tensor rows) {
        long[] counts = counts(rows);
        long most = Math.max(1, LongStream.of(counts).max().orElse(0));
        long[] shape = rows.shape();
        shape[0] = most;
        Tensor padded = torch.zeros(shape, rows.options());
        if (rows.size(0) > 0) padded.narrow(0, 0, rows.size(0)).copy_(rows);
        shape[0] = most * size();
        Tensor all = torch.zeros(shape, rows.options());
        exchanged(() -> group._allgather_base(all, padded));
        List<Tensor> parts = new ArrayList<>();
        for (int r = 0; r < size(); r++) parts.add(all.narrow(0, r * most, counts[r]));
        return parts;
    }

    private long[] counts(Tensor rows) {
        long[] counts = new long[size()];
        counts[rank()] = rows.size(0);
        Tensor all = Tensor.create(counts, counts.length).to(rows.device(), torch.ScalarType.Long);
        sum(all);
        new LongPointer(all.cpu().data_ptr()).get(counts); // waits for the device
        return counts;
    }

    /** Gathers bytes, of which each rank has any number. */
    public List<byte[]> gather(byte[] mine) {
        try (NativeScope scope = NativeScope.open()) {
            List<byte[]> all = new ArrayList<>();
            Tensor bytesOfMine = torch.zeros(mine.length).to(torch.ScalarType.Byte);
            if (mine.length > 0) new BytePointer(bytesOfMine.data_ptr()).put(mine, 0, mine.length);
            for (Tensor part : gather(bytesOfMine)) {
                byte[] bytes = new byte[(int) part.size(0)];
                if (bytes.length > 0) new BytePointer(part.data_ptr()).get(bytes);
                all.add(bytes);
            }
            return all;
        }
    }

    private void exchanged(Supplier<Work> begin) {
        heartbeat.check();
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            begin.get()._wait();
        } catch (RuntimeException e) {
            throw witness.explain(e);
        }
    }

    /** Ends the connections. The others are not told: an exchange that they begin fails. */
    @Override
    public void close() {
        try {
            store.set("done/" + rank(), "");
        } catch (RuntimeException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "ranks: the store is gone", e);
        }
        witness.linger();
        heartbeat.close();
        group.close();
        store.close();
    }
}
