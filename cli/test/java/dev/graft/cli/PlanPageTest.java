package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.augment.Augmentation;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.PlanKinds;
import dev.graft.plan.TrainingPlan;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/plan.md tells the truth: its examples are plans, and it has every field with its default. */
class PlanPageTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Those whose fields must all be given, also where a recipe has some. */
    private static final Set<Class<?>> WHOLE = Set.of(ParameterGroup.class, Augmentation.Range.class);

    private static final Set<String> NONE = Set.of("-", "the phase's");
    private static String page;

    @TempDir
    Path folder;

    private final Set<Type> seen = new HashSet<>();

    @BeforeAll
    static void read() throws IOException {
        Path file = Path.of("docs/plan.md");
        page = Files.readString(Files.exists(file) ? file : Path.of("..").resolve(file));
    }

    @Test
    void examples_arePlans() throws IOException {
        List<String> examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertTrue(examples.size() >= 3, "examples: " + examples.size());
        for (String example : examples) {
            TrainingPlan plan = PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), example))
                    .plan();
            assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        }
    }

    @Test
    void fields_allHaveARow_withTheirDefaults() throws IOException {
        visit(TrainingPlan.class, JSON.readTree(TrainingPlan.fast().toJson()));
        assertTrue(seen.size() > 60, "types: " + seen);
    }

    private void visit(Type type, JsonNode standard) throws IOException {
        if (type instanceof ParameterizedType of) {
            Type[] elements = of.getActualTypeArguments();
            visit(elements[elements.length - 1], standard.path(0));
        } else if (seen.add(type)) {
            Class<?> c = (Class<?>) type;
            if (c.isSealed()) for (Class<?> kind : c.getPermittedSubclasses()) kind(kind);
            if (c.isRecord()) rows(c, "| ", standard);
            if (c.isEnum()) for (Object word : c.getEnumConstants()) assertTrue(page.contains(word.toString()), page);
        }
    }

    private void kind(Class<?> kind) throws IOException {
        String word = kind.getSimpleName().toLowerCase(Locale.ROOT);
        assertTrue(page.contains("\n| `" + word + "` | "), word);
        if (seen.add(kind))
            rows(
                    kind,
                    "| `" + word + "` | ",
                    JSON.readTree(PlanKinds.standard(word).orElse("{}")));
    }

    /** A row for each field, such as {@code | `adamw` | `beta1` | number, 0 to below 1 | `0.9` | for ... |}. */
    private void rows(Class<?> record, String start, JsonNode standard) throws IOException {
        for (RecordComponent field : record.getRecordComponents()) {
            String begin = start + "`" + field.getName() + "` | ";
            JsonNode value = standard.path(field.getName());
            boolean given = standard.isEmpty() || WHOLE.contains(record);
            List<String> defaults = page.lines()
                    .filter(line -> line.startsWith(begin))
                    .map(line -> line.substring(begin.length()).split(" \\| ", 3)[1])
                    .toList();
            assertTrue(
                    defaults.stream()
                            .anyMatch(cell -> given ? NONE.contains(cell) : fits(cell.replace("`", ""), value)),
                    "docs/plan.md has no row of " + record.getSimpleName() + " with " + begin + " and the default "
                            + (given ? NONE : value) + "; it has " + defaults);
            visit(field.getGenericType(), value);
        }
    }

    private static boolean fits(String cell, JsonNode value) {
        if (value.isNumber()) return cell.matches("\\d.*") && Double.parseDouble(cell) == value.asDouble();
        if (value.has("kind")) return cell.equals(value.get("kind").asText());
        return !value.isValueNode() || cell.equals(value.asText());
    }
}
