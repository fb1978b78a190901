package dev.graft.export.onnx;

import java.util.List;
import java.util.Map;

/**
 * What an ONNX file says, without the numbers of its tensors.
 *
 * @param nodes in the order of the file
 * @param tensors by name
 * @param inputs names of the graph's inputs
 * @param outputs names of the graph's outputs
 * @param metadata texts by name
 */
record OnnxModel(
        long irVersion,
        long opset,
        List<Node> nodes,
        Map<String, Stored> tensors,
        List<String> inputs,
        List<String> outputs,
        Map<String, String> metadata) {
    /**
     * One operation.
     *
     * @param integers attributes that are numbers (a list of one) or lists of numbers
     * @param reals attributes that are floats
     */
    record Node(
            String operator,
            String name,
            List<String> inputs,
            List<String> outputs,
            Map<String, List<Long>> integers,
            Map<String, Float> reals) {}

    /**
     * A float32 tensor in the file, row-major.
     *
     * @param shape all at least 1
     * @param at position of its first byte
     */
    record Stored(List<Long> shape, long at, int bytes) {}
}
