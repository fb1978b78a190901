package dev.graft.train;

import dev.graft.batch.Layout;
import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.torch.Threads;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything that the training loop is told; a recipe is a way to make one. Any change of these changes the numbers, save
 * {@code workers} and {@code reportEvery}.
 *
 * @param epochs at least 1
 * @param batchSize pictures a step, at least 1
 * @param groups what learns and how; the rest is frozen
 * @param schedule of the learning rates over these epochs
 * @param batchStatistics whether all that pictures pass in every epoch trains in training mode, as after PyTorch's {@code
 *     model.train()}, which does not spare frozen layers: batch norms use and update the statistics of each training batch,
 *     and dropout and stochastic depth drop. When false it trains in evaluation mode, and what is frozen is a function of the
 *     picture alone
 * @param trunk how often pictures pass through what lies before the first layer that learns
 * @param precision of a trunk that is passed {@link Trunk#ONCE}, while the rest learns in FP32; otherwise of the forward pass
 *     and the loss, while parameters, their gradients and the optimizer stay in FP32
 * @param views in which training pictures are seen; validation pictures are seen as they are
 * @param layout of pictures and convolution weights in memory
 * @param unreadable what a picture that cannot be read does
 * @param workers decoding threads; 0 for as many as {@link Threads#decoders} says when the run begins
 * @param reportEvery steps from one look at the losses to the next, at least 1; each look waits for the device
 */
public record TrainingPlan(
        int epochs,
        int batchSize,
        List<ParameterGroup> groups,
        Schedule schedule,
        boolean batchStatistics,
        Trunk trunk,
        Precision precision,
        Views views,
        Layout layout,
        Unreadable unreadable,
        int workers,
        int reportEvery) {
    /** Checks the ranges. */
    public TrainingPlan {
        requirePositive("epochs", epochs);
        requirePositive("batch size", batchSize);
        if (workers < 0) {
            throw new IllegalArgumentException("plan: workers must be at least 1, or 0 for as many as the threads"
                    + " setting gives, was " + workers);
        }
        requirePositive("report every", reportEvery);
        groups = List.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("plan: nothing learns; name at least one layer, such as head");
        }
        if (trunk == Trunk.ONCE) {
            requireFrozenTrunk(groups, batchStatistics);
        }
        if (precision == Precision.INT8
                && (trunk != Trunk.ONCE || !Cut.before(groups).equals(Classifier.HEAD))) {
            throw new IllegalArgumentException(
                    "plan: INT8 is for a trunk that pictures pass once, with nothing behind it"
                            + " but head; take FP32 or BF16");
        }
    }

    private static void requireFrozenTrunk(List<ParameterGroup> groups, boolean batchStatistics) {
        if (Cut.before(groups).equals(Classifier.HEAD) && batchStatistics) {
            throw new IllegalArgumentException(
                    "plan: pictures pass the trunk once only where it stays as it is, and only head learns: batch"
                            + " statistics must be off, were on");
        }
    }

    /**
     * The tutorial's numbers with its shortcut: the frozen trunk stays in evaluation mode, so each picture passes through
     * it once, and the new head trains on the features. Otherwise as {@link #reference}: SGD with learning rate 0.001 and
     * momentum 0.9, batches of 32, ten epochs.
     *
     * <p>With {@link #withGroups} of stages, such as {@code layer4}, beside the head, pictures pass once what lies before the
     * first of them, and the rest is fine-tuned; {@link #withBatchStatistics} says whether in training mode.
     */
    public static TrainingPlan fast() {
        return reference().withBatchStatistics(false).withTrunk(Trunk.ONCE);
    }

    /**
     * The recipe of every PyTorch tutorial: all frozen but a new head, SGD with learning rate 0.001 and momentum
     * 0.9, batches of 32, ten epochs, batch norms in training mode.
     */
    public static TrainingPlan reference() {
        return new TrainingPlan(
                10,
                32,
                List.of(new ParameterGroup(Classifier.HEAD, 0.001, 0.9, 0)),
                Schedule.CONSTANT,
                true,
                Trunk.EVERY_EPOCH,
                Precision.FP32,
                Views.NONE,
                Layout.CHANNELS_LAST,
                Unreadable.FAIL,
                0,
                10);
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("plan: " + what + " must be at least 1, was " + value);
        }
    }

    /** The same plan with another number of epochs. */
    public TrainingPlan withEpochs(int n) {
        return with(d -> d.epochs = n);
    }

    /** The same plan with another batch size. */
    public TrainingPlan withBatchSize(int n) {
        return with(d -> d.batchSize = n);
    }

    /** The same plan with other learning layers. */
    public TrainingPlan withGroups(List<ParameterGroup> g) {
        return with(d -> d.groups = g);
    }

    /** The same plan with learning rates that change over its epochs, or stay. */
    public TrainingPlan withSchedule(Schedule s) {
        return with(d -> d.schedule = s);
    }

    /** The same plan in training mode, or in evaluation mode. */
    public TrainingPlan withBatchStatistics(boolean b) {
        return with(d -> d.batchStatistics = b);
    }

    /** The same plan with pictures that pass what is frozen once, or in every epoch. */
    public TrainingPlan withTrunk(Trunk t) {
        return with(d -> d.trunk = t);
    }

    /** The same plan with another precision. */
    public TrainingPlan withPrecision(Precision p) {
        return with(d -> d.precision = p);
    }

    /**
     * The same plan with {@code k} views of each training picture, of torchvision's random resized crop and flip ({@link
     * Augmentation#STANDARD}) and of seed 0; 0 for the pictures as they are. With as many as epochs, every epoch sees new ones.
     */
    public TrainingPlan withViews(int k) {
        return withViews(new Views(k, Augmentation.STANDARD, 0));
    }

    /** The same plan with other views of the training pictures. */
    public TrainingPlan withViews(Views v) {
        return with(d -> d.views = v);
    }

    /** The same plan with another layout. */
    public TrainingPlan withLayout(Layout l) {
        return with(d -> d.layout = l);
    }

    /** The same plan with another rule for pictures that cannot be read. */
    public TrainingPlan withUnreadable(Unreadable u) {
        return with(d -> d.unreadable = u);
    }

    /** The same plan with another number of decoding threads. */
    public TrainingPlan withWorkers(int n) {
        return with(d -> d.workers = n);
    }

    /** The same plan with looks at the losses after another number of steps. */
    public TrainingPlan withReportEvery(int steps) {
        return with(d -> d.reportEvery = steps);
    }

    /** How many threads decode in a run that begins now. */
    int decoders() {
        return workers == 0 ? Threads.decoders() : workers;
    }

    /**
     * Whether a run of the other plan may go on with this one: they differ in workers and reports at most, and in the number of epochs
     * where the schedule of the learning rates does not depend on it.
     */
    public boolean continues(TrainingPlan other) {
        return equals(new TrainingPlan(
                other.schedule.dependsOnLength() ? other.epochs : epochs,
                other.batchSize,
                other.groups,
                other.schedule,
                other.batchStatistics,
                other.trunk,
                other.precision,
                other.views,
                other.layout,
                other.unreadable,
                workers,
                reportEvery));
    }

    /** The plan as JSON, for a checkpoint. */
    public String toJson() {
        return PlanJson.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static TrainingPlan fromJson(String text) {
        return PlanJson.read(text);
    }

    private TrainingPlan with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.plan();
    }

    /** A plan in which one thing is being changed: records have no way of their own. */
    private static final class Draft {
        int epochs;
        int batchSize;
        List<ParameterGroup> groups;
        Schedule schedule;
        boolean batchStatistics;
        Trunk trunk;
        Precision precision;
        Views views;
        Layout layout;
        Unreadable unreadable;
        int workers;
        int reportEvery;

        Draft(TrainingPlan plan) {
            epochs = plan.epochs;
            batchSize = plan.batchSize;
            groups = plan.groups;
            schedule = plan.schedule;
            batchStatistics = plan.batchStatistics;
            trunk = plan.trunk;
            precision = plan.precision;
            views = plan.views;
            layout = plan.layout;
            unreadable = plan.unreadable;
            workers = plan.workers;
            reportEvery = plan.reportEvery;
        }

        TrainingPlan plan() {
            return new TrainingPlan(
                    epochs,
                    batchSize,
                    groups,
                    schedule,
                    batchStatistics,
                    trunk,
                    precision,
                    views,
                    layout,
                    unreadable,
                    workers,
                    reportEvery);
        }
    }
}
