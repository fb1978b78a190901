package dev.graft.bench;

import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Path;

/** What a program does from its start to its first prediction. Arguments: a saved model, a picture, a device. */
final class FirstPrediction {
    private FirstPrediction() {}

    public static void main(String[] args) throws IOException {
        PredictorOptions options = PredictorOptions.exact().withDevice(ComputeDevice.of(args[2]));
        try (Predictor predictor = Predictor.open(Path.of(args[0]), options)) {
            System.out.println(predictor.predict(Path.of(args[1])).label());
        }
    }

    /** Nothing: what the JVM itself takes. */
    static final class Nothing {
        private Nothing() {}

        public static void main(String[] args) {
            System.out.println("started");
        }
    }
}
