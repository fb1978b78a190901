package dev.graft.peers;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.Resize;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Pipeline;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/** DJL's PyTorch engine on model.pt, with DJL's own pictures and transforms. */
final class Djl implements Latency.Engine {
    private final ZooModel<Integer, Float> model;
    private final Predictor<Integer, Float> predictor;
    private final List<Path> files;

    private Djl(Path folder, boolean files) throws IOException, ModelNotFoundException, MalformedModelException {
        this.files = Input.files(folder);
        this.model = Criteria.builder()
                .setTypes(Integer.class, Float.class)
                .optEngine("PyTorch")
                .optModelPath(folder.resolve("model.pt"))
                .optTranslator(translator(files ? null : Input.prepared(folder)))
                .build()
                .loadModel();
        this.predictor = model.newPredictor();
    }

    static Djl open(Path folder, boolean files, int threads)
            throws IOException, ModelNotFoundException, MalformedModelException {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        return new Djl(folder, files);
    }

    private Translator<Integer, Float> translator(FloatBuffer prepared) {
        Pipeline pipeline = new Pipeline()
                .add(new Resize(Input.SIDE, Input.SIDE))
                .add(new ToTensor())
                .add(new Normalize(Input.MEAN, Input.STD));
        return new Translator<>() {
            @Override
            public NDList processInput(TranslatorContext context, Integer picture) throws IOException {
                if (prepared != null)
                    return new NDList(context.getNDManager()
                            .create(
                                    prepared.slice(picture * Input.NUMBERS, Input.NUMBERS),
                                    new Shape(3, Input.SIDE, Input.SIDE),
                                    DataType.FLOAT32));
                Image image = ImageFactory.getInstance().fromFile(files.get(picture));
                return pipeline.transform(new NDList(image.toNDArray(context.getNDManager(), Image.Flag.COLOR)));
            }

            @Override
            public Float processOutput(TranslatorContext context, NDList output) {
                NDArray logits = output.singletonOrThrow();
                return logits.softmax(0).getFloat(0);
            }
        };
    }

    @Override
    public int pictures() {
        return files.size();
    }

    @Override
    public float predict(int picture) throws TranslateException {
        return predictor.predict(picture);
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
