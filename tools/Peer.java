import dev.graft.batch.Layout;
import dev.graft.distributed.RankGroup;
import dev.graft.distributed.World;
import dev.graft.model.Classifier;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A rank of D2 in tools/scale.py, whose other rank may be tools/peer.py: six steps of layer4 and head on 5 or 7 of 12 drawn pictures. */
class Peer {
    public static void main(String[] args) throws Exception {
        try (RankGroup ranks = RankGroup.join(World.fromEnvironment(), ComputeDevice.CPU, RankGroup.PATIENCE);
                Classifier classifier = Classifier.load(Path.of(args[0]));
                NativeScope scope = NativeScope.open()) {
            classifier.moveTo(ComputeDevice.CPU, Layout.CONTIGUOUS);
            classifier.freeze();
            Map<String, Tensor> learned = new TreeMap<>();
            for (String layer : List.of("layer4", Classifier.HEAD)) {
                classifier.unfreeze(layer);
                learned.putAll(classifier.parametersOf(layer));
            }
            classifier.trainingMode(false);
            int from = ranks.rank() == 0 ? 0 : 5;
            int to = ranks.rank() == 0 ? 5 : 12;
            Tensor pictures = pictures().narrow(0, from, to - from);
            long[] labels = new long[to - from];
            for (int i = 0; i < labels.length; i++) labels[i] = (from + i) % 2;
            Tensor velocity = null;
            for (int step = 0; step < 6; step++) {
                ranks.at("step " + step);
                Tensor loss = torch.cross_entropy(classifier.forward(pictures), Tensor.create(labels, labels.length));
                loss.mul(new Scalar((double) labels.length)).backward();
                List<Tensor> gradients = new ArrayList<>();
                for (Tensor p : learned.values()) gradients.add(p.grad().reshape(p.numel()));
                try (NoGradGuard noGrad = new NoGradGuard()) {
                    Tensor flat = torch.cat(new TensorVector(gradients.toArray(Tensor[]::new)));
                    ranks.sum(flat);
                    flat.div_(new Scalar(12.0));
                    velocity = velocity == null ? flat : velocity.mul(new Scalar(0.9)).add(flat);
                    long at = 0;
                    for (Tensor p : learned.values()) {
                        p.sub_(velocity.narrow(0, at, p.numel()).view(p.shape()).mul(new Scalar(0.05)));
                        p.grad().zero_();
                        at += p.numel();
                    }
                }
            }
            write(learned, Path.of(args[1]));
        }
    }

    /** float32 [12, 3, 64, 64]; tools/peer.py makes the same. */
    private static Tensor pictures() {
        float[] values = new float[12 * 3 * 64 * 64];
        for (int i = 0; i < values.length; i++) values[i] = (i * 7919L % 1000) / 500f - 1;
        return Tensor.create(values, 12, 3, 64, 64);
    }

    private static void write(Map<String, Tensor> learned, Path file) throws Exception {
        long numbers = learned.values().stream().mapToLong(Tensor::numel).sum();
        ByteBuffer bytes = ByteBuffer.allocate((int) (4 * numbers)).order(ByteOrder.LITTLE_ENDIAN);
        for (Tensor p : learned.values()) {
            float[] some = new float[(int) p.numel()];
            new FloatPointer(p.detach().contiguous().data_ptr()).get(some);
            for (float v : some) bytes.putFloat(v);
        }
        Files.write(file, bytes.array());
    }
}
