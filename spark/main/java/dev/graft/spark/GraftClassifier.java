package dev.graft.spark;

import dev.graft.head.FittedHead;
import dev.graft.head.HeadData;
import dev.graft.head.HeadFitter;
import dev.graft.plan.CrossValidated;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a classifier of pictures: the executors compute the features of the frozen layers, the driver fits the head to them, as the recipe
 * {@code auto} does ({@link HeadFitter}). The pictures never pass through the driver, their features do: see docs/scale.md for the memory.
 *
 * <p>The classes are the different values of the column of labels, sorted by code points, as those of a folder are. Pictures that cannot be
 * read are left out and counted, unless {@code handleInvalid} is {@code error}. The same rows in the same order and partitions give the same
 * model.
 */
public final class GraftClassifier extends Estimator<GraftClassificationModel>
        implements PictureStage<GraftClassifier>, MLWritable {
    private static final long serialVersionUID = 1;
    private static final int SEED = 42;

    private final String uid;
    private final transient ModelArchive trunk; // null until a reader adds it
    private final PictureParams common;
    private final Param<String> labelCol;
    private final IntParam folds;
    private final IntParam seed;

    /** For Spark's reader of pipelines; {@link #open} makes one that can be used. */
    public GraftClassifier(String uid) {
        this(uid, null);
    }

    private GraftClassifier(String uid, ModelArchive trunk) {
        this.uid = uid;
        this.trunk = trunk;
        this.common = PictureParams.of(this);
        this.labelCol = Stages.text(this, "labelCol", "column of the names of classes", "label");
        this.folds = Stages.number(this, "folds", "parts of the cross-validation", CrossValidated.STANDARD.folds());
        this.seed = Stages.number(this, "seed", "seed of the folds", SEED);
    }

    /**
     * A classifier on the frozen layers of a file, as {@link GraftFeaturizer#open(String)} reads them.
     *
     * @throws IOException as it does
     */
    public static GraftClassifier open(String weights) throws IOException {
        return of(GraftFeaturizer.open(weights));
    }

    /** A classifier on the frozen layers of a featurizer, with its parameters. */
    public static GraftClassifier of(GraftFeaturizer featurizer) {
        return new GraftClassifier(Stages.uid("graftClassifier"), featurizer.archive())
                .setInputCol(featurizer.getInputCol())
                .setReasonCol(featurizer.getReasonCol())
                .setHandleInvalid(featurizer.getHandleInvalid())
                .setPrecision(featurizer.getPrecision())
                .setBatchSize(featurizer.getBatchSize())
                .setThreads(featurizer.getThreads());
    }

    private ModelArchive trunk() {
        if (trunk == null)
            throw new IllegalStateException(
                    "spark: this classifier has no network; use GraftClassifier.open(file), or load a saved one");
        return trunk;
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public PictureParams pictureParams() {
        return common;
    }

    /** The column of the names of classes. */
    public Param<String> labelCol() {
        return labelCol;
    }

    /** The parts of the cross-validation that chooses the head's settings. */
    public IntParam folds() {
        return folds;
    }

    /** The seed that deals the pictures into folds. */
    public IntParam seed() {
        return seed;
    }

    /** Sets the column of the names of classes, {@code label} unless set. Other types than text are turned into text. */
    public GraftClassifier setLabelCol(String column) {
        return Stages.set(this, labelCol, Stages.column("labelCol", column));
    }

    /** Sets the number of folds, 5 unless set; 2 to 100. */
    public GraftClassifier setFolds(int count) {
        return Stages.set(this, folds, new CrossValidated(count).folds());
    }

    /** Sets the seed, 42 unless set. */
    public GraftClassifier setSeed(int value) {
        return Stages.set(this, seed, value);
    }

    /** The schema that the fitted model gives, see {@link GraftClassificationModel#transformSchema}. */
    @Override
    public StructType transformSchema(StructType schema) {
        Columns.index(schema, "labelCol", getOrDefault(labelCol));
        return GraftClassificationModel.like(this, new GraftClassificationModel(uid))
                .transformSchema(schema);
    }

    /**
     * Trains with all rows.
     *
     * @throws IllegalArgumentException when a column is missing, a label is null, or there are less than two classes
     * @throws dev.graft.head.NotFiniteException when the features of a picture are not finite
     */
    @Override
    public GraftClassificationModel fit(Dataset<?> pictures) {
        transformSchema(pictures.schema());
        Natives.load();
        try (NativeScope scope = NativeScope.open()) {
            LabelledFeatures table = LabelledFeatures.collect(
                    features(pictures), trunk().card().network().features());
            HeadData data = new HeadData(
                    table.features(), List.of(), table.labels(), table.classes().size(), true);
            int parts = (Integer) getOrDefault(folds);
            int random = (Integer) getOrDefault(seed);
            FittedHead head = new HeadFitter(parts, random).fit(data).orElseThrow();
            ModelArchive archive = trunk().withHead(
                            table.classes(), head.head().weight(), head.head().bias());
            FitSummary summary = summary(table, head);
            return GraftClassificationModel.like(
                            this, new GraftClassificationModel(uid, new Shipping(archive), summary))
                    .setParent(this);
        } catch (IOException e) {
            throw new UncheckedIOException("spark: the model could not be made: " + e.getMessage(), e);
        }
    }

    private Dataset<Row> features(Dataset<?> pictures) {
        List<Column> needed = new ArrayList<>();
        needed.add(Columns.named(getInputCol()).as("picture"));
        needed.add(Columns.named(getOrDefault(labelCol)).cast("string").as("label"));
        if (List.of(pictures.columns()).contains(Columns.NAMES)) needed.add(Columns.named(Columns.NAMES));
        return GraftFeaturizer.of(trunk())
                .setInputCol("picture")
                .setHandleInvalid(HandleInvalid.of(getHandleInvalid()) == HandleInvalid.ERROR ? "error" : "keep")
                .setPrecision(getPrecision())
                .setBatchSize(getBatchSize())
                .setThreads(getThreads())
                .transformOnly(pictures.select(needed.toArray(new Column[0])), "label");
    }

    private static FitSummary summary(LabelledFeatures table, FittedHead head) {
        double accuracy = head.choice().chosen() < 0
                ? Double.NaN
                : head.choice().tried().get(head.choice().chosen()).accuracy().value();
        return new FitSummary(table.labels().length, table.unreadable(), table.reasons(), accuracy, head.loss());
    }

    @Override
    public GraftClassifier copy(ParamMap extra) {
        return copyValues(new GraftClassifier(uid, trunk), extra);
    }

    @Override
    public MLWriter write() {
        return Persistence.writer(this, trunk());
    }

    /** Saves it, see {@link #write}. */
    @Override
    public void save(String path) throws IOException {
        write().save(path);
    }

    /** Reads what {@link #write} wrote. */
    public static MLReader<GraftClassifier> read() {
        return Persistence.reader(
                (stage, archive) -> stage.copyValues(new GraftClassifier(stage.uid(), archive), new ParamMap()));
    }

    /**
     * Loads what was saved at this path.
     *
     * @throws UncheckedIOException when the archive is missing or damaged
     */
    public static GraftClassifier load(String path) {
        return read().load(path);
    }
}
