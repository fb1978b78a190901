import dev.graft.distributed.RankGroup;
import dev.graft.distributed.World;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One of the ranks of tools/scale.py: prints its resident memory after 1,000 and after 20,000 exchanges. */
class Collectives {
    public static void main(String[] args) throws Exception {
        try (RankGroup ranks = RankGroup.join(World.fromEnvironment(), ComputeDevice.CPU, RankGroup.PATIENCE);
                NativeScope scope = NativeScope.open()) {
            Tensor flat = torch.zeros(1000);
            for (int i = 1; i <= 20_000; i++) {
                ranks.sum(flat);
                if (i == 1000 || i == 20_000) System.out.println(resident());
            }
        }
    }

    private static long resident() throws Exception {
        return 4096 * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }
}
