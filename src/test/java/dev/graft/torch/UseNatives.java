package dev.graft.torch;

import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A child: loads LibTorch, OpenBLAS and OpenCV and uses each. Arguments: a picture; "host" to load JavaCPP first. */
final class UseNatives {
    private UseNatives() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 1) {
            System.out.println("host: limit " + Pointer.maxPhysicalBytes());
        }
        try {
            Natives.load();
        } catch (TorchException e) {
            System.out.println("refused: " + e.getMessage());
            try { // as a thread does that finds them failed
                Natives.load();
            } catch (TorchException again) {
                System.out.println("again: " + again.getMessage());
            }
            System.exit(3);
        }
        Threads.set(1);
        try (NativeScope scope = NativeScope.open()) {
            Tensor a = torch.ones(64, 64);
            System.out.println("sum " + a.matmul(a).sum().item_float());
        }
        int width = new PictureReader(Preprocessing.standard())
                .decode(Path.of(args[0]))
                .width();
        System.out.println("width " + width + ", count " + Pointer.totalCount() + ", OK");
    }
}
