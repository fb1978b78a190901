package dev.graft.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** ONNX Runtime with all its optimisations, on model.onnx, which gives logits or probabilities. */
final class OnnxRuntime implements Latency.Engine {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final List<Path> files;
    private final FloatBuffer prepared; // null: files are decoded
    private final FloatBuffer read = ByteBuffer.allocateDirect(4 * Input.NUMBERS)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();

    private OnnxRuntime(Path folder, boolean files, int threads) throws OrtException, IOException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        this.session = environment.createSession(folder.resolve("model.onnx").toString(), options);
        this.files = Input.files(folder);
        this.prepared = files ? null : Input.prepared(folder);
    }

    static OnnxRuntime open(Path folder, boolean files, int threads) throws OrtException, IOException {
        return new OnnxRuntime(folder, files, threads);
    }

    @Override
    public int pictures() {
        return files.size();
    }

    @Override
    public float predict(int picture) throws OrtException, IOException {
        FloatBuffer input = read;
        if (prepared == null) Input.read(files.get(picture), read);
        else input = prepared.slice(picture * Input.NUMBERS, Input.NUMBERS);
        String name = session.getInputNames().iterator().next();
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(environment, input, new long[] {1, 3, Input.SIDE, Input.SIDE});
                OrtSession.Result result = session.run(Map.of(name, tensor))) {
            return softmax(((float[][]) result.get(0).getValue())[0]);
        }
    }

    /** The first class of logits. */
    private static float softmax(float[] logits) {
        double sum = 0;
        for (float l : logits) sum += Math.exp(l - logits[0]);
        return (float) (1 / sum);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
