package dev.graft.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.batch.Layout;
import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Augmentation.Range;
import dev.graft.image.augment.Views;
import dev.graft.model.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@link TrainingPlan} as JSON and back; what older plans did not have yet is read as it was then. */
final class PlanJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PlanJson() {}

    static String write(TrainingPlan plan) {
        ObjectNode root = JSON.createObjectNode();
        root.put("epochs", plan.epochs()).put("batchSize", plan.batchSize());
        ArrayNode list = root.putArray("groups");
        for (ParameterGroup g : plan.groups()) {
            list.addObject()
                    .put("layer", g.layer())
                    .put("learningRate", g.learningRate())
                    .put("momentum", g.momentum())
                    .put("weightDecay", g.weightDecay());
        }
        root.put("schedule", plan.schedule().name()).put("batchStatistics", plan.batchStatistics());
        root.put("trunk", plan.trunk().name()).put("precision", plan.precision().name());
        if (!plan.views().equals(Views.NONE)) {
            write(plan.views(), root.putObject("views"));
        }
        root.put("layout", plan.layout().name())
                .put("unreadable", plan.unreadable().name());
        root.put("workers", plan.workers()).put("reportEvery", plan.reportEvery());
        return root.toString();
    }

    private static void write(Views views, ObjectNode json) {
        Augmentation a = views.augmentation();
        json.put("count", views.count()).put("seed", views.seed());
        json.putArray("area").add(a.area().from()).add(a.area().to());
        json.putArray("ratio").add(a.ratio().from()).add(a.ratio().to());
        json.put("flip", a.flip());
    }

    static TrainingPlan read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            List<ParameterGroup> groups = new ArrayList<>();
            for (JsonNode g : root.required("groups")) {
                groups.add(new ParameterGroup(
                        g.required("layer").asText(),
                        g.required("learningRate").asDouble(),
                        g.required("momentum").asDouble(),
                        g.required("weightDecay").asDouble()));
            }
            return new TrainingPlan(
                    root.required("epochs").asInt(),
                    root.required("batchSize").asInt(),
                    groups,
                    Schedule.valueOf(root.required("schedule").asText()),
                    root.required("batchStatistics").asBoolean(),
                    Trunk.valueOf(root.path("trunk").asText(Trunk.EVERY_EPOCH.name())), // older ones do not say
                    Precision.valueOf(root.path("precision").asText(Precision.FP32.name())),
                    root.has("views") ? views(root.get("views")) : Views.NONE,
                    Layout.valueOf(root.required("layout").asText()),
                    Unreadable.valueOf(root.required("unreadable").asText()),
                    root.required("workers").asInt(),
                    root.required("reportEvery").asInt());
        } catch (IOException e) {
            throw new IllegalArgumentException("plan: not JSON: " + e.getMessage(), e);
        }
    }

    private static Views views(JsonNode json) {
        Augmentation augmentation = new Augmentation(
                range(json.required("area")),
                range(json.required("ratio")),
                json.required("flip").asDouble());
        return new Views(
                json.required("count").asInt(),
                augmentation,
                json.required("seed").asLong());
    }

    private static Range range(JsonNode json) {
        return new Range(json.required(0).asDouble(), json.required(1).asDouble());
    }
}
