package dev.graft.spark;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The parameters of all stages that read pictures. Set them before the stage is used, from one thread.
 *
 * @param <S> the stage itself
 */
public interface PictureStage<S extends PictureStage<S>> extends Params {
    /** The parameters, with their defaults. */
    PictureParams pictureParams();

    /** The column of pictures: bytes of picture files, or paths that Hadoop's file systems understand. */
    default Param<String> inputCol() {
        return pictureParams().inputCol();
    }

    /** The column that is added for the reason why a picture cannot be read; null for all others. */
    default Param<String> reasonCol() {
        return pictureParams().reasonCol();
    }

    /** What becomes of a picture that cannot be read: keep, skip or error. */
    default Param<String> handleInvalid() {
        return pictureParams().handleInvalid();
    }

    /** The number type of the frozen layers: fp32, bf16 or auto. */
    default Param<String> precision() {
        return pictureParams().precision();
    }

    /** How many pictures are decoded and computed together. */
    default IntParam batchSize() {
        return pictureParams().batchSize();
    }

    /** How many threads of an executor compute. */
    default IntParam threads() {
        return pictureParams().threads();
    }

    /** See {@link #setInputCol}. */
    default String getInputCol() {
        return getOrDefault(inputCol());
    }

    /** Sets the column of pictures, {@code content} unless set. Type binary: the bytes of picture files. Type string: their paths. */
    default S setInputCol(String column) {
        return Stages.set(this, inputCol(), Stages.column("inputCol", column));
    }

    /** See {@link #setReasonCol}. */
    default String getReasonCol() {
        return getOrDefault(reasonCol());
    }

    /** Sets the name of the column for reasons, {@code reason} unless set. */
    default S setReasonCol(String column) {
        return Stages.set(this, reasonCol(), Stages.column("reasonCol", column));
    }

    /** See {@link #setHandleInvalid}. */
    default String getHandleInvalid() {
        return getOrDefault(handleInvalid());
    }

    /**
     * Sets what becomes of the row of a picture that cannot be read, {@code keep} unless set.
     *
     * @param choice {@code keep}: the row stays, with a reason and nulls; {@code skip}: it is left out; {@code error}: the job ends
     */
    default S setHandleInvalid(String choice) {
        return Stages.set(this, handleInvalid(), HandleInvalid.of(choice).word());
    }

    /** See {@link #setPrecision}. */
    default String getPrecision() {
        return getOrDefault(precision());
    }

    /**
     * Sets the precision, {@code fp32} unless set: then all executors give the same numbers, whatever their processors.
     *
     * @param name {@code fp32}, {@code bf16}, or {@code auto} for BF16 on executors whose processor has it
     */
    default S setPrecision(String name) {
        return Stages.set(this, precision(), Stages.precision(name));
    }

    /** See {@link #setBatchSize}. */
    default int getBatchSize() {
        return (Integer) getOrDefault(batchSize());
    }

    /**
     * Sets how many pictures are decoded and computed together, 8 unless set. The last batch of a partition has fewer. Features of
     * batches of other sizes differ by rounding (1e-5).
     *
     * @param pictures 1 to 32
     */
    default S setBatchSize(int pictures) {
        return Stages.set(this, batchSize(), Stages.within("batchSize", pictures, 1, 32));
    }

    /** See {@link #setThreads}. */
    default int getThreads() {
        return (Integer) getOrDefault(threads());
    }

    /**
     * Sets how many threads of an executor compute. One network serves all tasks of an executor, so it is one number for the process.
     *
     * @param count 1 to 1024; 0, the default: {@code spark.executor.cores} if it is set, else {@code spark.task.cpus}; in a local
     *     session without {@code spark.executor.cores} as the program set it ({@link dev.graft.torch.Threads})
     */
    default S setThreads(int count) {
        return Stages.set(this, threads(), Stages.within("threads", count, 0, 1024));
    }
}
