package dev.graft.batch;

import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.EventFlag;

/**
 * Copies on a second stream of a GPU. An event after each copy tells the computing stream and the host when it is
 * finished. It uses LibTorch's device-independent interface, so CUDA's own classes are not needed.
 */
final class StreamLane implements CopyLane {
    private final DeviceGuardImplInterface streams;
    private final Device device;
    private final Stream lane;
    private final Map<Long, PointerPointer<Pointer>> events = new HashMap<>(); // by the address of the source

    StreamLane(ComputeDevice where) {
        try (NativeScope scope = NativeScope.open()) {
            device = NativeScope.own(where.toTorch());
            streams = NativeScope.own(torch.getDeviceGuardImpl(device.type()));
            lane = NativeScope.own(streams.getStreamFromGlobalPool(device));
        }
        tryAlgorithms(true);
    }

    /**
     * Switches cuDNN's benchmark mode for the whole process: for each shape, cuDNN tries its algorithms and keeps the
     * fastest. Another run may choose another algorithm, so the last bits may differ.
     */
    static void tryAlgorithms(boolean on) {
        try (NativeScope scope = NativeScope.open()) {
            torch.globalContext().setBenchmarkCuDNN(on);
        }
    }

    @Override
    public Tensor begin(Tensor source) {
        PointerPointer<Pointer> event = events.computeIfAbsent(
                address(source), a -> NativeScope.own(new PointerPointer<>(1L)).put(0, null));
        Stream computing = streams.getStream(device);
        streams.exchangeStream(lane);
        Tensor copy;
        try {
            copy = source.to(device, source.scalar_type(), true, false, new MemoryFormatOptional());
            streams.record(event, lane, device.index(), EventFlag.PYTORCH_DEFAULT);
        } finally {
            streams.exchangeStream(computing);
        }
        streams.block(event.get(), computing);
        copy.record_stream(computing); // its memory is not reused before the computing stream has used it
        return copy;
    }

    @Override
    public boolean isThrough(Tensor source) {
        PointerPointer<Pointer> event = events.get(address(source));
        return event == null || streams.queryEvent(event.get());
    }

    @Override
    public void await(Tensor source) {
        PointerPointer<Pointer> event = events.get(address(source));
        if (event != null) {
            streams.synchronizeEvent(event.get());
        }
    }

    private static long address(Tensor source) {
        try (NativeScope scope = NativeScope.open()) {
            return source.data_ptr().address();
        }
    }

    @Override
    public void close() {
        events.values().forEach(event -> {
            streams.synchronizeEvent(event.get());
            streams.destroyEvent(event.get(), device.index());
            event.close();
        });
        events.clear();
        lane.close();
        streams.close();
        device.close();
    }
}
