package dev.graft.export;

import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.script.ScriptArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A self-contained model, run by LibTorch. Its code is Graft's own. */
record ReopenedScript(JitModule module) implements Reopened {
    private static final double TOLERANCE = 1e-4;

    static ReopenedScript open(Path file) throws IOException {
        try {
            return new ReopenedScript(torch.load(file.toString()));
        } catch (RuntimeException e) {
            throw new IOException("LibTorch does not load it: " + ScriptArchive.reason(e), e);
        }
    }

    /**
     * Its pixels are within one level of the model's, and for equal pixels its logits are the model's. The result tells
     * how far the logits are apart from picture to logits.
     */
    @Override
    public Comparison compare(Classifier model, SamplePictures samples) throws IOException {
        module.to(model.device().toTorch());
        List<Tensor> logits = new ArrayList<>();
        for (Pixels picture : samples.pictures()) {
            Tensor given = tensor(picture).to(model.device().toTorch(), torch.ScalarType.Byte);
            requireWithinALevel(picture, model.card().preprocessing(), run("pixels", given));
            Tensor row = run("logits", given).unsqueeze(0);
            Comparison.of(model.forward(run("prepare", given)), row).within(TOLERANCE);
            logits.add(row);
        }
        return Comparison.of(
                model.forward(samples.images()), torch.cat(new TensorVector(logits.toArray(new Tensor[0])), 0));
    }

    /** The output of a method, owned by the open scope. Operator by operator: to optimise a few calls takes seconds. */
    Tensor run(String method, Tensor pictures) {
        try (GraphOptimizerEnabledGuard off = new GraphOptimizerEnabledGuard(false)) {
            return new Tensor(module.get_method(method)
                    .apply(new IValueVector(new IValue(pictures)))
                    .toTensor()); // toTensor() is a view
        }
    }

    /** The pixels as uint8 [height, width, 3], owned by the open scope. */
    static Tensor tensor(Pixels picture) {
        return Tensor.create(picture.rgb(), picture.height(), picture.width(), 3)
                .to(torch.ScalarType.Byte);
    }

    private static void requireWithinALevel(Pixels picture, Preprocessing preprocessing, Tensor given)
            throws IOException {
        ByteBuffer ours = ByteBuffer.allocate(3 * preprocessing.height() * preprocessing.width());
        PictureReader reader = new PictureReader(SamplePictures.of(preprocessing));
        reader.readBytes(SamplePictures.pnm(picture), "sample picture", ours);
        byte[] theirs = new byte[ours.capacity()];
        if (given.numel() != theirs.length) throw new IOException("its pictures have another size");
        new BytePointer(given.cpu().contiguous().data_ptr()).get(theirs);
        for (int i = 0; i < theirs.length; i++)
            if (Math.abs((theirs[i] & 0xFF) - (ours.get(i) & 0xFF)) > 1)
                throw new IOException("a pixel of a picture of " + picture.width() + " x " + picture.height()
                        + " differs by more than one level");
    }

    @Override
    public void close() {
        module.close();
    }
}
