package dev.graft.spark;

import java.io.Serializable;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The parameters of a {@link PictureStage}, each under its own name; the stage's methods say what they mean. */
public record PictureParams(
        Param<String> inputCol,
        Param<String> reasonCol,
        Param<String> handleInvalid,
        Param<String> precision,
        IntParam batchSize,
        IntParam threads)
        implements Serializable {
    /** The parameters of a stage, whose defaults this sets. */
    static PictureParams of(Params stage) {
        return new PictureParams(
                Stages.text(stage, "inputCol", "column of pictures: bytes of picture files, or paths", "content"),
                Stages.text(stage, "reasonCol", "column for the reason why a picture cannot be read", "reason"),
                Stages.text(stage, "handleInvalid", "pictures that cannot be read: keep, skip or error", "keep"),
                Stages.text(stage, "precision", "fp32, bf16 or auto", "fp32"),
                Stages.number(stage, "batchSize", "pictures that are computed together, 1 to 32", 8),
                Stages.number(stage, "threads", "threads of an executor that compute; 0: its cores", 0));
    }
}
