package dev.graft;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the arrows between the packages: a wrong import fails the build. docs/architecture.md draws them. */
class ArchitectureTest {
    private static final String LIBTORCH = "org.bytedeco.pytorch..";

    /**
     * The exported packages whose public methods and fields show types of LibTorch or JavaCPP. All others, from data to predict, can be
     * used without them.
     */
    private static final Set<String> SHOW_LIBTORCH = Set.of(
            "batch",
            "checkpoint",
            "distributed",
            "features",
            "head",
            "image.opencv",
            "model",
            "model.fuse",
            "torch",
            "train");

    private static final JavaClasses GRAFT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(place -> !place.contains("/dev/graft/natives/")) // a jar of its own, below all these
            .importPackages("dev.graft");

    /** Each package, and all of ours that it may know. A new package gets its line here first. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            entry("files", Set.of()),
            entry("metrics", Set.of()),
            entry("plan", Set.of("batch", "image.augment", "image.augment.ops", "model")),
            entry("javacpp", Set.of("files")),
            entry("torch", Set.of("files", "javacpp")),
            entry("distributed", Set.of("files", "javacpp", "torch")),
            entry("weights.tensor", Set.of()),
            entry("weights.read", Set.of("weights.tensor")),
            entry("weights.pickle", Set.of("weights.tensor", "weights.read")),
            entry("weights.zip", Set.of("weights.tensor", "weights.read")),
            entry("weights.script", Set.of("weights.tensor", "weights.pickle", "weights.zip")),
            entry(
                    "weights.state",
                    Set.of("weights.tensor", "weights.read", "weights.pickle", "weights.zip", "weights.script")),
            entry("weights.safetensors", Set.of("weights.tensor", "weights.read", "weights.state")),
            entry("weights.exported", Set.of("weights.tensor", "weights.read", "weights.zip")),
            entry("weights.sharded", Set.of("weights.tensor", "weights.read", "weights.state")),
            entry(
                    "weights",
                    Set.of(
                            "files",
                            "weights.tensor",
                            "weights.read",
                            "weights.pickle",
                            "weights.zip",
                            "weights.script",
                            "weights.state",
                            "weights.safetensors",
                            "weights.exported",
                            "weights.sharded")),
            entry("data.archive", Set.of("files")),
            entry("data", Set.of("files", "data.archive")),
            entry("image.augment.ops", Set.of()),
            entry("image.augment", Set.of("files", "image.augment.ops")),
            entry("image.resize", Set.of("javacpp")),
            entry("image.codec.pack", Set.of()),
            entry("image.codec", Set.of("javacpp", "image.resize", "image.codec.pack")),
            entry(
                    "image",
                    Set.of("files", "javacpp", "image.augment", "image.augment.ops", "image.resize", "image.codec")),
            entry("image.opencv", Set.of("image")),
            entry("batch", Set.of("files", "javacpp", "torch", "data", "image", "image.augment")),
            entry("model.graph", Set.of("weights.tensor")),
            entry("model.names", Set.of("weights.tensor", "model.graph")),
            entry(
                    "model.state",
                    Set.of("torch", "model.names", "weights", "weights.tensor", "weights.pickle", "weights.zip")),
            entry(
                    "model.script",
                    Set.of(
                            "torch",
                            "weights",
                            "weights.tensor",
                            "weights.pickle",
                            "weights.zip",
                            "weights.script",
                            "model.graph",
                            "model.state")),
            entry(
                    "model",
                    Set.of(
                            "files",
                            "torch",
                            "metrics",
                            "image",
                            "batch",
                            "weights",
                            "weights.tensor",
                            "weights.script",
                            "model.graph",
                            "model.names",
                            "model.state",
                            "model.script")),
            entry(
                    "model.fuse",
                    Set.of(
                            "files",
                            "torch",
                            "image",
                            "weights.pickle",
                            "weights.zip",
                            "model.graph",
                            "model.state",
                            "model.script",
                            "model")),
            entry(
                    "environment",
                    Set.of(
                            "files",
                            "javacpp",
                            "torch",
                            "data",
                            "image",
                            "weights",
                            "weights.tensor",
                            "model",
                            "plan",
                            "job",
                            "predict")),
            entry(
                    "features",
                    Set.of(
                            "files",
                            "torch",
                            "distributed",
                            "data",
                            "image",
                            "image.augment",
                            "batch",
                            "model",
                            "model.fuse",
                            "weights",
                            "weights.tensor")),
            entry("head", Set.of("torch")),
            entry("loss", Set.of("torch", "plan")),
            entry("mix", Set.of("plan")),
            entry("hub", Set.of("files", "image", "model")),
            entry("report", Set.of("files", "plan", "head")),
            entry(
                    "checkpoint",
                    Set.of(
                            "files",
                            "torch",
                            "image",
                            "plan",
                            "model",
                            "model.state",
                            "weights",
                            "weights.tensor",
                            "weights.pickle",
                            "weights.zip")),
            entry(
                    "train",
                    Set.of(
                            "files",
                            "torch",
                            "distributed",
                            "data",
                            "image",
                            "metrics",
                            "plan",
                            "image.augment",
                            "batch",
                            "model",
                            "model.fuse",
                            "features",
                            "head",
                            "loss",
                            "mix",
                            "report",
                            "checkpoint")),
            entry(
                    "job",
                    Set.of(
                            "data",
                            "distributed",
                            "metrics",
                            "image",
                            "batch",
                            "weights",
                            "weights.tensor",
                            "model",
                            "features",
                            "plan",
                            "report",
                            "checkpoint",
                            "torch",
                            "train")),
            entry(
                    "study",
                    Set.of(
                            "files",
                            "torch",
                            "data",
                            "image",
                            "image.augment",
                            "metrics",
                            "plan",
                            "weights",
                            "weights.tensor",
                            "model",
                            "features",
                            "head",
                            "report",
                            "checkpoint",
                            "train",
                            "job")),
            entry(
                    "inspect",
                    Set.of(
                            "files",
                            "data",
                            "data.archive",
                            "image",
                            "weights",
                            "weights.tensor",
                            "model",
                            "hub",
                            "plan",
                            "checkpoint",
                            "job")),
            entry(
                    "predict",
                    Set.of(
                            "files",
                            "torch",
                            "metrics",
                            "image",
                            "image.augment",
                            "batch",
                            "model",
                            "model.graph",
                            "model.fuse")),
            entry("evaluate", Set.of("files", "data", "metrics", "report", "predict")),
            entry("explain", Set.of("files", "torch", "image", "model", "predict")));

    static Stream<String> packages() {
        return MAY_KNOW.keySet().stream().sorted();
    }

    @Test
    void packages_allHaveTheirPlace() {
        Set<String> found =
                GRAFT.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(packages().map(p -> "dev.graft." + p).collect(Collectors.toCollection(TreeSet::new)), found);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void package_knowsOnlyWhatLiesBeforeIt(String name) {
        String[] others = packages()
                .filter(p -> !p.equals(name) && !MAY_KNOW.get(name).contains(p))
                .map(p -> "dev.graft." + p)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.graft." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(GRAFT);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("dev.graft.(**)").should().beFreeOfCycles().check(GRAFT);
    }

    @Test
    void dataImageWeightsMetricsReportAndFiles_knowNothingOfLibTorch() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.graft.data..",
                        "dev.graft.image..",
                        "dev.graft.weights..",
                        "dev.graft.metrics..",
                        "dev.graft.report..",
                        "dev.graft.files..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LIBTORCH, "dev.graft.torch..")
                .check(GRAFT);
    }

    /** What a file names is never looked up: no class, no method, no object of Java's own serialization. */
    @Test
    void weights_useNoReflection() {
        noClasses()
                .that()
                .resideInAPackage("dev.graft.weights..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.reflect..", "java.lang.invoke..", "javax.script..", "javax.naming..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.io\\.Object(In|Out)put(Stream)?|java\\.lang\\.ClassLoader|java\\.util\\.ServiceLoader")
                .orShould()
                .callMethodWhere(target(owner(assignableTo(Class.class)))
                        .and(target(nameMatching("forName|newInstance|get(Declared)?(Method|Field|Constructor)s?"))))
                .check(GRAFT);
    }

    @Test
    void publicApi_showsLibTorchInTheNamedPackagesOnly() throws IOException {
        Set<String> exported = exported();
        Set<String> show = GRAFT.stream()
                .filter(c -> exported.contains(c.getPackageName()) && isPublic(c))
                .flatMap(c -> c.getMembers().stream())
                .filter(ArchitectureTest::isVisible)
                .filter(m -> m.getAllInvolvedRawTypes().stream()
                        .anyMatch(t -> t.getPackageName().startsWith("org.bytedeco.")))
                .map(m -> m.getOwner().getPackageName().substring("dev.graft.".length()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(SHOW_LIBTORCH), show);
    }

    /** More arguments than three are a builder's or a factory's: records are data, the named ones are for the engine's own use. */
    @Test
    void publicConstructors_takeAtMostThreeArguments() throws IOException {
        Set<String> exported = exported();
        Set<String> engine = Set.of("BatchLoader", "CalibrationPass", "FeatureExtractor", "TrainingStep");
        List<String> many = GRAFT.stream()
                .filter(c -> exported.contains(c.getPackageName()))
                .filter(c -> isPublic(c) && !c.isRecord() && !c.isAssignableTo(Throwable.class))
                .filter(c -> !engine.contains(c.getSimpleName()))
                .flatMap(c -> c.getConstructors().stream())
                .filter(c -> isVisible(c) && c.getRawParameterTypes().size() > 3)
                .map(JavaMember::getFullName)
                .sorted()
                .toList();
        assertEquals(List.of(), many);
    }

    private static Set<String> exported() throws IOException {
        return Pattern.compile("exports (dev\\.graft[a-z.]*);")
                .matcher(Files.readString(mainJava().resolve("module-info.java")))
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.toSet());
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return !member.getModifiers().contains(JavaModifier.SYNTHETIC)
                && (member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED));
    }

    /** The modules that other programs use log by System.Logger, and nothing else. */
    @Test
    void libraries_printNothingAndLogInOneWay() throws IOException {
        Pattern printed =
                Pattern.compile("^[^*/]*(System\\.(out|err)\\b|printStackTrace|java\\.util\\.logging|org\\.slf4j)");
        Pattern named = Pattern.compile("getLogger\\((?!\"dev\\.graft\"\\))");
        Path root = mainJava().toAbsolutePath().resolve("../../..").normalize();
        for (String module : List.of("src", "export", "report", "spark", "native-presets")) {
            try (Stream<Path> files = Files.walk(root.resolve(module).resolve("main/java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    for (String line : Files.readAllLines(file))
                        assertTrue(
                                !printed.matcher(line).find()
                                        && !named.matcher(line).find(),
                                () -> file + ": " + line);
                }
            }
        }
    }

    private static Path mainJava() {
        return Stream.of("main/java", "src/main/java")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void openCv_isUsedByTheCodecsAndForItsOwnPicturesOnly() {
        nobodyUses("org.bytedeco.opencv..", "dev.graft.image.codec", "dev.graft.image.opencv");
    }

    @Test
    void openBlas_isUsedByTorchOnly() {
        nobodyUses("org.bytedeco.openblas..", "dev.graft.torch..");
    }

    private static void nobodyUses(String used, String... exceptHere) {
        noClasses()
                .that()
                .resideOutsideOfPackages(exceptHere)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(used)
                .check(GRAFT);
        String prefix = used.replace("..", ".");
        assertTrue(
                GRAFT.stream()
                        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                        .anyMatch(d -> d.getTargetClass().getName().startsWith(prefix)),
                () -> "nothing uses " + used + " at all: is the name right?");
    }

    /** Who embeds Graft, or runs its command line, gets nothing of Spark: only the module spark knows it. */
    @Test
    void library_hasNoSparkOnItsClassPath() {
        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
        assertTrue(entries.length > 3, "this is no class path: " + List.of(entries));
        assertEquals(
                List.of(),
                Stream.of(entries)
                        .map(entry -> Path.of(entry).getFileName().toString())
                        .filter(name -> name.matches("(spark|scala|hadoop)-.*"))
                        .toList());
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "scala..")
                .check(GRAFT);
    }

    @Test
    void library_neverPrints() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(GRAFT);
    }

    @Test
    void library_neitherCollectsNorExits() {
        noClasses()
                .should()
                .callMethod(System.class, "gc")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethodWhere(target(owner(assignableTo(Runtime.class))).and(target(nameMatching("gc|exit|halt"))))
                .check(GRAFT);
    }

    @Test
    void library_hasNoFinalizers() {
        noMethods().should().haveName("finalize").check(GRAFT);
    }

    /** What nobody can take in at once is split; a table may be as long as it is. */
    @Test
    void files_haveAtMost300Lines() throws IOException {
        Path sources = Stream.of("main/java", "src/main/java")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        Path root = sources.toAbsolutePath().resolveSibling("..").resolve("..").normalize();
        for (String module :
                List.of("src", "export", "report", "spark", "cli", "examples", "examples/spark", "examples/video")) {
            requireShort(root.resolve(module).resolve("main/java"));
        }
    }

    private static void requireShort(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            List<Path> all = files.filter(f -> f.toString().endsWith(".java")).toList();
            assertTrue(!all.isEmpty(), "these are not the sources: " + all);
            for (Path file : all) {
                int lines = Files.readAllLines(file).size();
                assertTrue(lines <= 300, file + " has " + lines + " lines, allowed are 300");
            }
        }
    }

    @Test
    void publicMethods_haveAtMost7Parameters() {
        List<String> many = GRAFT.stream()
                .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(c -> c.getCodeUnits().stream())
                .filter(u -> u.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(u -> u.getRawParameterTypes().size() > 7)
                .map(JavaCodeUnit::getFullName)
                .toList();
        assertEquals(List.of(), many);
    }

    /** From its name to its closing brace. */
    @Test
    void loop_isOnOneScreen() throws IOException {
        Path file = Stream.of("main/java", "src/main/java")
                .map(p -> Path.of(p, "dev/graft/train/Run.java"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        List<String> lines = Files.readAllLines(file);
        int start = lines.indexOf("    Trainer.Outcome fit() throws IOException {");
        int length = lines.subList(start, lines.size()).indexOf("    }") + 1;
        assertTrue(start > 0 && length > 10 && length <= 40, "the loop has " + length + " lines");
    }
}
