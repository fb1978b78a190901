package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.graft.plan.PlanKinds;
import dev.graft.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A plan from a file in YAML or JSON. The field {@code recipe} names the plan to begin with (auto, fast or reference);
 * the other fields are those of {@link TrainingPlan#toJson} and replace the recipe's. Fields that are left out keep the
 * recipe's values, or, in an optimizer or another setting with a field {@code kind}, those of its standard. A phase after the first
 * begins with the values of the recipe fast.
 *
 * @param setsPrecision whether the file sets the precision
 */
record PlanFile(TrainingPlan plan, boolean setsPrecision) {
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String KIND = "kind";
    private static final String RECIPE = "recipe";

    /**
     * Reads a file.
     *
     * @throws UsageException when it cannot be read or is not a plan; the message names the file
     */
    static PlanFile read(Path file) {
        JsonNode given = tree("plan", file);
        if (!given.isObject()) throw new UsageException("--plan: " + file + ": is no plan; see --print-plan for one");
        try {
            return of((ObjectNode) given);
        } catch (IOException e) {
            throw new UsageException("--plan: " + file + ": cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--plan: " + file + ": " + told(e), e);
        }
    }

    /** The refusal; what is asked for at the top may be the recipe, which only a file has. */
    private static String told(IllegalArgumentException e) {
        return e.getMessage()
                .replaceFirst("^plan: ", "")
                .replaceFirst("^(there is no field '.*' here; there are: )", "$1recipe, ");
    }

    /**
     * Reads any file in YAML or JSON.
     *
     * @param option names the file
     * @throws UsageException when it cannot be read; the message names the option and the file
     */
    static JsonNode tree(String option, Path file) {
        try {
            return YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new UsageException("--" + option + ": " + file + ": " + SyntaxFault.of(e), e);
        } catch (NoSuchFileException e) {
            throw new UsageException("--" + option + ": there is no " + file + "; check the name", e);
        } catch (IOException e) {
            throw new UsageException("--" + option + ": " + file + ": cannot be read: " + e, e);
        }
    }

    private static PlanFile of(ObjectNode given) throws IOException {
        JsonNode recipe = given.remove(RECIPE);
        String name = recipe == null ? PlanOptions.AUTO : recipe.asText();
        if (!PlanOptions.RECIPES.contains(name))
            throw new UsageException(
                    "recipe: '" + name + "' is not there; there are: " + String.join(", ", PlanOptions.RECIPES));
        ObjectNode plan = (ObjectNode) YAML.readTree(PlanOptions.planOf(name).toJson());
        JsonNode phases = given.remove("phases");
        if (phases != null) plan.set("phases", phases(phases, plan.get("phases").get(0)));
        merge(plan, given);
        return new PlanFile(
                TrainingPlan.fromJson(plan.toString()), given.path("compute").has("precision"));
    }

    private static JsonNode phases(JsonNode given, JsonNode first) throws IOException {
        if (!given.isArray()) return given; // refused with the plan
        ArrayNode all = YAML.createArrayNode();
        JsonNode later =
                YAML.readTree(TrainingPlan.fast().toJson()).get("phases").get(0);
        for (JsonNode phase : given) {
            ObjectNode whole = (all.isEmpty() ? first : later).deepCopy();
            merge(whole, phase);
            all.add(phase.isObject() ? whole : phase);
        }
        return all;
    }

    /** Replaces values. Objects are merged field by field, unless their kinds differ. */
    private static void merge(ObjectNode into, JsonNode from) {
        for (Map.Entry<String, JsonNode> field : from.properties()) {
            JsonNode before = into.get(field.getKey());
            JsonNode now = field.getValue();
            boolean fits = before instanceof ObjectNode
                    && now.isObject()
                    && (!now.has(KIND) || now.get(KIND).equals(before.get(KIND)));
            if (fits) merge((ObjectNode) before, now);
            else into.set(field.getKey(), completed(now));
        }
    }

    /** A list, or an object of another kind than before: what it leaves out is the kind's standard, if it has one. */
    private static JsonNode completed(JsonNode given) {
        if (given.isArray()) {
            ArrayNode all = YAML.createArrayNode();
            given.forEach(element -> all.add(completed(element)));
            return all;
        }
        if (!given.isObject()) return given;
        ObjectNode whole = PlanKinds.standard(given.path(KIND).asText())
                .map(PlanFile::object)
                .orElseGet(YAML::createObjectNode);
        merge(whole, given);
        return whole;
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) YAML.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plan: cannot be read: " + json, e);
        }
    }

    /** The plan as YAML, with the recipe that it began with, from which {@link #read} makes the same plan. */
    static String write(TrainingPlan plan) {
        try {
            ObjectNode whole = YAML.createObjectNode().put(RECIPE, PlanOptions.named(plan));
            return YAML.writeValueAsString(whole.setAll((ObjectNode) YAML.readTree(plan.toJson())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plan: cannot be written as YAML", e);
        }
    }
}
