package dev.graft.spark;

import dev.graft.predict.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
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
 * Classifies a column of pictures. Each executor loads the model once. A picture that cannot be read keeps its row, with a reason.
 *
 * <p>Adds {@code class} (text), {@code probability} (double, of that class), {@code probabilities} (a vector, in the order of {@link
 * #classes}) and {@code reason} (text). The first three are null for a picture that cannot be read, the last for all others. It holds the
 * model's archive: a saved stage needs no other file. Works with Structured Streaming.
 */
public final class GraftClassificationModel extends Model<GraftClassificationModel>
        implements PictureStage<GraftClassificationModel>, MLWritable {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final transient Shipping model; // null until a reader adds it
    private final transient FitSummary summary; // null unless it was just fitted
    private final PictureParams common;
    private final Param<String> classCol;
    private final Param<String> probabilityCol;
    private final Param<String> probabilitiesCol;

    /** For Spark's reader of pipelines; {@link #open} and {@link GraftClassifier#fit} make one that can be used. */
    public GraftClassificationModel(String uid) {
        this(uid, null, null);
    }

    GraftClassificationModel(String uid, Shipping model, FitSummary summary) {
        this.uid = uid;
        this.model = model;
        this.summary = summary;
        this.common = PictureParams.of(this);
        this.classCol = Stages.text(this, "classCol", "column of the names of classes", "class");
        this.probabilityCol = Stages.text(this, "probabilityCol", "column of the class's probability", "probability");
        this.probabilitiesCol =
                Stages.text(this, "probabilitiesCol", "column of the probabilities of all classes", "probabilities");
    }

    /**
     * A model that Graft saved, however it was trained.
     *
     * @param file a path that Hadoop's file systems understand. It is read here, as data: none of its code runs
     * @throws IOException when it cannot be read or Graft did not write it, when its network's code is from another file, or when its
     *     pictures have several labels
     */
    public static GraftClassificationModel open(String file) throws IOException {
        Objects.requireNonNull(file, "file");
        ModelArchive archive = Storage.locally(file, ModelArchive::ofModel);
        if (archive.card().isMultiLabel())
            throw new IOException("spark: the pictures of " + file
                    + " have any number of labels; a model whose pictures have one class each is needed");
        return new GraftClassificationModel(Stages.uid("graftModel"), new Shipping(archive), null);
    }

    /**
     * A head that something else fitted to a featurizer's vectors, such as MLlib's multinomial logistic regression.
     *
     * @param featurizer whose network, preprocessing and column of pictures the model has
     * @param classes the names of the classes, at least two, in the order of the rows
     * @param coefficients [classes x features]
     * @param intercepts [classes]
     * @throws IOException when there is no room for temporary files
     * @throws IllegalArgumentException when a size is wrong
     */
    public static GraftClassificationModel withHead(
            GraftFeaturizer featurizer, List<String> classes, Matrix coefficients, Vector intercepts)
            throws IOException {
        int width = featurizer.features();
        if (coefficients.numRows() != classes.size()
                || coefficients.numCols() != width
                || intercepts.size() != classes.size())
            throw new IllegalArgumentException("spark: a head of " + classes.size() + " classes needs " + classes.size()
                    + " x " + width + " coefficients and " + classes.size() + " intercepts, got "
                    + coefficients.numRows() + " x " + coefficients.numCols() + " and " + intercepts.size()
                    + "; for two classes let MLlib's family be multinomial");
        float[] weight = new float[classes.size() * width];
        float[] bias = new float[classes.size()];
        for (int c = 0; c < bias.length; c++) {
            bias[c] = (float) intercepts.apply(c);
            for (int f = 0; f < width; f++) weight[c * width + f] = (float) coefficients.apply(c, f);
        }
        ModelArchive archive = featurizer.archive().withHead(classes, weight, bias);
        return like(featurizer, new GraftClassificationModel(Stages.uid("graftModel"), new Shipping(archive), null));
    }

    /** Gives a model the parameters that another stage has too. */
    static GraftClassificationModel like(PictureStage<?> stage, GraftClassificationModel model) {
        return model.setInputCol(stage.getInputCol())
                .setReasonCol(stage.getReasonCol())
                .setHandleInvalid(stage.getHandleInvalid())
                .setPrecision(stage.getPrecision())
                .setBatchSize(stage.getBatchSize())
                .setThreads(stage.getThreads());
    }

    private Shipping model() {
        if (model == null)
            throw new IllegalStateException(
                    "spark: this model has no network; use GraftClassificationModel.open(file), or load a saved one");
        return model;
    }

    /** The names of the classes, in the order of the probabilities. */
    public List<String> classes() {
        return model().archive().card().classes();
    }

    /** What the fit saw and how well the head does; empty for a model that was opened or loaded. */
    public Optional<FitSummary> summary() {
        return Optional.ofNullable(summary);
    }

    /**
     * Writes the ordinary archive of Graft, which {@code graft predict}, {@link dev.graft.predict.Predictor} and Python's {@code
     * torch.jit.load} read. The file appears complete or not at all, and replaces one of that name.
     *
     * @param file in the driver's local file system
     * @throws IOException when it cannot be written
     */
    public void export(Path file) throws IOException {
        Path whole = file.toAbsolutePath();
        Path part = Files.createTempFile(whole.getParent(), "." + whole.getFileName(), ".part");
        try {
            Files.write(part, model().archive().bytes());
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public PictureParams pictureParams() {
        return common;
    }

    /** The column that is added for the name of the class, as {@link Prediction#label} gives it. */
    public Param<String> classCol() {
        return classCol;
    }

    /** The column that is added for the probability of that class. */
    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /** The column that is added for the probabilities of all classes. */
    public Param<String> probabilitiesCol() {
        return probabilitiesCol;
    }

    /** Sets the name of the column for the class, {@code class} unless set. */
    public GraftClassificationModel setClassCol(String column) {
        return Stages.set(this, classCol, Stages.column("classCol", column));
    }

    /** Sets the name of the column for the probability of that class, {@code probability} unless set. */
    public GraftClassificationModel setProbabilityCol(String column) {
        return Stages.set(this, probabilityCol, Stages.column("probabilityCol", column));
    }

    /** Sets the name of the column for the probabilities of all classes, {@code probabilities} unless set. */
    public GraftClassificationModel setProbabilitiesCol(String column) {
        return Stages.set(this, probabilitiesCol, Stages.column("probabilitiesCol", column));
    }

    /** As {@link GraftFeaturizer#transformSchema}. */
    @Override
    public StructType transformSchema(StructType schema) {
        Columns.pictures(schema, getInputCol());
        return added(schema);
    }

    private StructType added(StructType schema) {
        return Columns.with(
                schema,
                Columns.column(getOrDefault(classCol), DataTypes.StringType),
                Columns.column(getOrDefault(probabilityCol), DataTypes.DoubleType),
                Columns.column(getOrDefault(probabilitiesCol), SQLDataTypes.VectorType()),
                Columns.column(getReasonCol(), DataTypes.StringType));
    }

    /** The pictures with the added columns. Throws as {@link GraftFeaturizer#transform} does. */
    @Override
    public Dataset<Row> transform(Dataset<?> pictures) {
        int all = pictures.schema().fields().length;
        return PictureJob.of(this, model(), AnswerColumns.CLASS)
                .run(pictures, IntStream.range(0, all).toArray(), this::added);
    }

    @Override
    public GraftClassificationModel copy(ParamMap extra) {
        GraftClassificationModel copy = copyValues(new GraftClassificationModel(uid, model, summary), extra);
        return hasParent() ? copy.setParent(parent()) : copy;
    }

    @Override
    public MLWriter write() {
        return Persistence.writer(this, model().archive());
    }

    /** Saves it, see {@link #write}. */
    @Override
    public void save(String path) throws IOException {
        write().save(path);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<GraftClassificationModel> read() {
        return Persistence.reader((stage, archive) -> stage.copyValues(
                new GraftClassificationModel(stage.uid(), new Shipping(archive), null), new ParamMap()));
    }

    /**
     * Loads what was saved at this path.
     *
     * @throws java.io.UncheckedIOException when the archive is missing or damaged
     */
    public static GraftClassificationModel load(String path) {
        return read().load(path);
    }
}
