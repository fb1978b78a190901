package dev.graft.distributed;

import dev.graft.javacpp.KernelLibrary;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.gloo.Device;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** Makes LibTorch's group of ranks for a device: Gloo on the processor, NCCL on GPUs. */
final class Transport {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 2;

    private Transport() {}

    /** Connects all ranks; waits for each at most {@code patience}. The caller owns the group. */
    static Backend connect(RankStore store, World world, ComputeDevice device, Duration patience) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(device.isCuda() ? nccl(store, world) : gloo(store, world, patience));
        }
    }

    private static Backend gloo(RankStore store, World world, Duration patience) {
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(new Milliseconds(patience.toMillis()));
        GlooDeviceVector devices = new GlooDeviceVector();
        devices.push_back(network(world.meeting().orElseThrow()));
        options.devices(devices);
        options.threads(THREADS);
        Backend[] made = new Backend[1];
        KernelLibrary.withoutLines(
                "[Gloo]", // which do not belong among a program's results
                () -> made[0] = new ProcessGroupGloo(store.forGroup(), world.rank(), world.size(), options));
        return made[0];
    }

    /** Without GPUs of several ranks to try it, this has never run. Its timeout is NCCL's own. */
    private static Backend nccl(RankStore store, World world) {
        return new ProcessGroupNCCL(store.forGroup(), world.rank(), world.size());
    }

    private static Device network(World.Meeting meeting) {
        if (!(meeting instanceof World.AtAddress at)) return ProcessGroupGloo.createDeviceForHostname(LOOPBACK);
        return at.networkInterface().isPresent()
                ? ProcessGroupGloo.createDeviceForInterface(
                        at.networkInterface().get())
                : ProcessGroupGloo.createDeviceForHostname(towards(at));
    }

    /** This machine's address on the way to rank 0. The host's own name often resolves to loopback. Nothing is sent. */
    static String towards(World.AtAddress at) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(at.host(), at.port()));
            return socket.getLocalAddress().isAnyLocalAddress()
                    ? LOOPBACK
                    : socket.getLocalAddress().getHostAddress();
        } catch (IOException | RuntimeException e) {
            throw new RankException(
                    "start: MASTER_ADDR " + at.host() + " leads nowhere from this machine (" + e.getMessage()
                            + "); correct it, or name the network with GLOO_SOCKET_IFNAME",
                    e);
        }
    }
}
