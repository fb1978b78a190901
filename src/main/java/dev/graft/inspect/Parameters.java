package dev.graft.inspect;

import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import java.util.Map;

/**
 * The size of a network. Statistics of batch norms are not parameters.
 *
 * @param all the number of parameters, with the head
 * @param head the number of parameters of the head
 * @param bytes the size of all tensors in the file, with the statistics
 */
public record Parameters(long all, long head, long bytes) {
    private static final String STATISTICS = "(.*[.])?(running_mean|running_var|num_batches_tracked)";

    /** @param head the name of the head's layer */
    static Parameters of(WeightsFile file, String head) {
        long all = 0;
        long ofHead = 0;
        long bytes = 0;
        for (Map.Entry<String, StoredTensor> entry : file.tensors().entrySet()) {
            StoredTensor tensor = entry.getValue();
            bytes += tensor.elements() * tensor.kind().width();
            if (entry.getKey().matches(STATISTICS)) continue;
            all += tensor.elements();
            if (entry.getKey().startsWith(head + ".")) ofHead += tensor.elements();
        }
        return new Parameters(all, ofHead, bytes);
    }
}
