package dev.graft.batch;

import dev.graft.image.Engine;
import dev.graft.image.Normalization;
import dev.graft.image.Preprocessing;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.Upload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LayoutOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Moves batches from host buffers to the device. Pixels are copied as bytes and become normalised floats on the device,
 * with the operations of ToTensor and Normalize in the same order, so the values are equal bit for bit. Copies to a GPU
 * run while it computes. Owns native memory: close it. Used by one thread.
 */
public final class Staging implements AutoCloseable {
    private final Preprocessing preprocessing;
    private final Layout layout;
    private final Device device;
    private final Tensor mean;
    private final Tensor std;
    private final NormalizeKernel kernel; // null: LibTorch does it, with the same results
    private final CopyLane lane; // null: the device is the processor
    private final Set<Long> lent = new HashSet<>(); // addresses of host buffers

    /** Makes a staging for one device, layout and preprocessing. */
    public Staging(ComputeDevice device, Layout layout, Preprocessing preprocessing) {
        this(device, layout, preprocessing, device.isCuda() ? new StreamLane(device) : null);
    }

    /** The same with a given lane, which this closes. */
    Staging(ComputeDevice device, Layout layout, Preprocessing preprocessing, CopyLane lane) {
        this.lane = lane;
        this.preprocessing = preprocessing;
        this.layout = layout;
        try (NativeScope scope = NativeScope.open()) {
            this.device = NativeScope.own(device.toTorch());
            Normalization n = preprocessing.normalization();
            mean = NativeScope.own(column(n.mean()));
            std = NativeScope.own(column(n.std()));
            boolean host = lane == null && this.device.is_cpu() && !normalisedOnHost();
            kernel = host && KernelLibrary.here() ? new NormalizeKernel(n, NormalizeKernel.Precision.F32) : null;
        }
    }

    private Tensor column(List<Float> perChannel) {
        float[] values = {perChannel.get(0), perChannel.get(1), perChannel.get(2)};
        return Tensor.create(values, 3, 1, 1).to(device, torch.ScalarType.Float);
    }

    /** The preprocessing of the pictures. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** Whether the loader's pixels are already normalised floats, as with the OpenCV engine. */
    public boolean normalisedOnHost() {
        return preprocessing.engine() == Engine.OPENCV;
    }

    /** Bytes of one picture in host memory. */
    public int pictureBytes() {
        long bytes = 3L * preprocessing.height() * preprocessing.width() * (normalisedOnHost() ? Float.BYTES : 1);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "preprocessing: " + preprocessing.height() + " x " + preprocessing.width() + " pixels are " + bytes
                            + " bytes, allowed are at most " + Integer.MAX_VALUE + "; use a smaller size");
        }
        return (int) bytes;
    }

    /** A buffer in host memory for {@code capacity} pictures, owned by the caller; page-locked for a GPU. */
    Tensor hostBuffer(int capacity) {
        try (NativeScope scope = NativeScope.open()) {
            torch.ScalarType type = normalisedOnHost() ? torch.ScalarType.Float : torch.ScalarType.Byte;
            long[] shape = {capacity, preprocessing.height(), preprocessing.width(), 3};
            Tensor buffer = NativeScope.own(torch.empty(
                    shape,
                    new ScalarTypeOptional(type),
                    new LayoutOptional(),
                    new DeviceOptional(),
                    new BoolOptional(device.is_cuda()),
                    new MemoryFormatOptional()));
            lent.add(buffer.data_ptr().address());
            return buffer;
        } catch (RuntimeException e) {
            throw new OutOfMemoryException(
                    "a buffer of " + pictures(capacity), (long) capacity * pictureBytes(), "use a smaller batch", e);
        }
    }

    /** Whether the last copy from a host buffer is finished, so that it may be filled again. */
    boolean isThrough(Tensor hostBuffer) {
        return lane == null || lane.isThrough(hostBuffer);
    }

    /** Waits until the last copy from a host buffer is finished. */
    void await(Tensor hostBuffer) {
        if (lane != null) lane.await(hostBuffer);
    }

    /**
     * The pixels of a direct buffer as a tensor, without a copy, owned by the open scope. Keep the buffer as long as
     * the tensor is used.
     */
    public Tensor wrap(ByteBuffer pixels, int pictures) {
        long[] shape = {pictures, preprocessing.height(), preprocessing.width(), 3};
        torch.ScalarType type = normalisedOnHost() ? torch.ScalarType.Float : torch.ScalarType.Byte;
        return torch.from_blob(new BytePointer(pixels), shape, new TensorOptions(type));
    }

    private String pictures(int count) {
        return count + " pictures of " + preprocessing.width() + " x " + preprocessing.height();
    }

    /**
     * Moves a batch to the device. The open scope owns the result.
     *
     * @throws OutOfMemoryException when there is not enough memory
     */
    public DeviceBatch toDevice(HostBatch host) {
        long[] rows = Arrays.copyOf(host.labels(), host.size());
        try {
            Tensor labels = Upload.longs(rows, device);
            return new DeviceBatch(isForKernel(host) ? normalised(host) : moved(host), labels, host.size());
        } catch (RuntimeException e) {
            if (!OutOfMemoryException.isMeantBy(e)) throw e;
            long bytes = 3L * Float.BYTES * host.size() * preprocessing.height() * preprocessing.width();
            throw new OutOfMemoryException(
                    "a batch of " + pictures(host.size()) + " as floats", bytes, "use a smaller batch", e);
        }
    }

    /**
     * Whether the batch is safe for the kernel, which does not check shapes. Otherwise LibTorch is used and reports
     * what is wrong.
     */
    boolean isForKernel(HostBatch host) {
        Tensor pixels = host.pixels();
        return kernel != null
                && host.size() > 0
                && pixels.scalar_type().intern()
                        == torch.ScalarType.Byte // intern(): a native call returns a new object
                && pixels.is_cpu()
                && pixels.is_contiguous()
                && pixels.dim() == 4
                && pixels.size(0) >= host.size()
                && pixels.size(1) == preprocessing.height()
                && pixels.size(2) == preprocessing.width()
                && pixels.size(3) == 3;
    }

    /** Normalises with the kernel in one pass, where LibTorch needs four. */
    Tensor normalised(HostBatch host) {
        int height = preprocessing.height();
        int width = preprocessing.width();
        Tensor images = torch.empty(
                new long[] {host.size(), 3, height, width},
                new ScalarTypeOptional(torch.ScalarType.Float),
                new LayoutOptional(),
                new DeviceOptional(),
                new BoolOptional(),
                new MemoryFormatOptional(
                        layout == Layout.CHANNELS_LAST
                                ? torch.MemoryFormat.ChannelsLast
                                : torch.MemoryFormat.Contiguous));
        BytePointer pixels = new BytePointer(host.pixels().data_ptr());
        kernel.run(pixels, new boolean[host.size()], height, width, layout, images.data_ptr());
        return images;
    }

    Tensor moved(HostBatch host) {
        Tensor all = host.pixels().narrow(0, 0, host.size());
        boolean waits = lane == null
                || !lent.contains(all.data_ptr().address()); // memory of other owners may be freed early, so wait
        Tensor pixels = waits ? all.to(device, all.scalar_type()) : lane.begin(all);
        Tensor images = pixels.permute(0, 3, 1, 2);
        if (!normalisedOnHost()) {
            images = images.to(torch.ScalarType.Float)
                    .div_(new Scalar(255f))
                    .sub_(mean)
                    .div_(std);
        }
        if (layout == Layout.CONTIGUOUS) {
            images = images.contiguous();
        }
        return images;
    }

    @Override
    public void close() {
        mean.close();
        std.close();
        if (kernel != null) kernel.close();
        if (lane != null) lane.close();
        device.close();
    }
}
