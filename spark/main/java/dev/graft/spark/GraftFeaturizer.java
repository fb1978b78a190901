package dev.graft.spark;

import dev.graft.image.Preprocessing;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns a column of pictures into a column of vectors: the outputs of a network's frozen layers, for the preprocessing that the network was
 * trained with. Each executor loads the network once. A picture that cannot be read keeps its row, with a reason.
 *
 * <p>Adds {@code features} (a vector, such as 512 numbers for a ResNet18; null for a picture that cannot be read) and {@code reason} (text;
 * null for all others). The features are float32 values, equal bit for bit to those of the library for batches of the same pictures. It
 * holds the network's archive: a saved stage needs no other file. Works with Structured Streaming.
 */
public final class GraftFeaturizer extends Transformer implements PictureStage<GraftFeaturizer>, MLWritable {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final transient Shipping network; // null until a reader adds it
    private final PictureParams common;
    private final Param<String> outputCol;

    /** For Spark's reader of pipelines; {@link #open} makes one that can be used. */
    public GraftFeaturizer(String uid) {
        this(uid, null);
    }

    private GraftFeaturizer(String uid, Shipping network) {
        this.uid = uid;
        this.network = network;
        this.common = PictureParams.of(this);
        this.outputCol = Stages.text(this, "outputCol", "column of vectors", "features");
    }

    /**
     * The frozen layers of a file, with the model's preprocessing, or that of ImageNet's weights.
     *
     * @param file weights as {@link dev.graft.weights.WeightsFile} opens them, or a model that Graft saved; a path that Hadoop's file
     *     systems understand. It is read here, as data: none of its code runs
     * @throws IOException when it cannot be read, or holds no network that Graft knows
     */
    public static GraftFeaturizer open(String file) throws IOException {
        return open(file, Optional.empty());
    }

    /** The same with another preprocessing. */
    public static GraftFeaturizer open(String file, Preprocessing preprocessing) throws IOException {
        return open(file, Optional.of(preprocessing));
    }

    private static GraftFeaturizer open(String file, Optional<Preprocessing> preprocessing) throws IOException {
        Objects.requireNonNull(file, "file");
        return of(Storage.locally(file, path -> ModelArchive.ofTrunk(path, preprocessing)));
    }

    static GraftFeaturizer of(ModelArchive trunk) {
        return new GraftFeaturizer(Stages.uid("graftFeaturizer"), new Shipping(trunk));
    }

    ModelArchive archive() {
        return network().archive();
    }

    private Shipping network() {
        if (network == null)
            throw new IllegalStateException(
                    "spark: this featurizer has no network; use GraftFeaturizer.open(file), or load a saved one");
        return network;
    }

    /** The number of features of a picture, such as 512. */
    public int features() {
        return archive().card().network().features();
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public PictureParams pictureParams() {
        return common;
    }

    /** The column of vectors that is added. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** See {@link #setOutputCol}. */
    public String getOutputCol() {
        return getOrDefault(outputCol);
    }

    /** Sets the name of the column of vectors, {@code features} unless set. */
    public GraftFeaturizer setOutputCol(String column) {
        return Stages.set(this, outputCol, Stages.column("outputCol", column));
    }

    /**
     * The schema with the added columns.
     *
     * @throws IllegalArgumentException when a column is missing, of a wrong type, or there already
     */
    @Override
    public StructType transformSchema(StructType schema) {
        Columns.pictures(schema, getInputCol());
        return added(schema);
    }

    private StructType added(StructType schema) {
        return Columns.with(
                schema,
                Columns.column(getOutputCol(), SQLDataTypes.VectorType()),
                Columns.column(getReasonCol(), DataTypes.StringType));
    }

    /**
     * The pictures with the added columns.
     *
     * @throws IllegalArgumentException as {@link #transformSchema} does, when a parameter has no allowed value, and, in a job, for a picture
     *     that cannot be read if {@code handleInvalid} is {@code error}
     */
    @Override
    public Dataset<Row> transform(Dataset<?> pictures) {
        int all = pictures.schema().fields().length;
        return PictureJob.of(this, network(), AnswerColumns.FEATURES)
                .run(pictures, IntStream.range(0, all).toArray(), this::added);
    }

    /** As {@link #transform(Dataset)}, but of the columns that were there, only those named stay. */
    Dataset<Row> transformOnly(Dataset<?> pictures, String... kept) {
        StructType schema = pictures.schema();
        int[] indices = new int[kept.length];
        for (int i = 0; i < kept.length; i++) indices[i] = schema.fieldIndex(kept[i]);
        return PictureJob.of(this, network(), AnswerColumns.FEATURES).run(pictures, indices, this::added);
    }

    @Override
    public GraftFeaturizer copy(ParamMap extra) {
        return copyValues(new GraftFeaturizer(uid, network), extra);
    }

    @Override
    public MLWriter write() {
        return Persistence.writer(this, archive());
    }

    /** Saves it, see {@link #write}. */
    @Override
    public void save(String path) throws IOException {
        write().save(path);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<GraftFeaturizer> read() {
        return Persistence.reader((stage, archive) ->
                stage.copyValues(new GraftFeaturizer(stage.uid(), new Shipping(archive)), new ParamMap()));
    }

    /**
     * Loads what was saved at this path.
     *
     * @throws java.io.UncheckedIOException when the archive is missing or damaged
     */
    public static GraftFeaturizer load(String path) {
        return read().load(path);
    }
}
