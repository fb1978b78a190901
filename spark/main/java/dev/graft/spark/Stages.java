package dev.graft.spark;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** What the stages share: names, parameters, and checks of their values. */
final class Stages {
    private static final List<String> PRECISIONS = List.of("fp32", "bf16", "auto");

    private Stages() {}

    static Param<String> text(Params stage, String name, String what, String value) {
        Param<String> param = new Param<>(stage, name, what);
        stage.setDefault(param, value);
        return param;
    }

    static IntParam number(Params stage, String name, String what, int value) {
        IntParam param = new IntParam(stage, name, what);
        stage.setDefault(param, value);
        return param;
    }

    /** A new stage's name. */
    static String uid(String kind) {
        return kind + "_" + UUID.randomUUID().toString().replace("-", "").substring(20);
    }

    @SuppressWarnings("unchecked") // a stage is what it says it is
    static <S extends PictureStage<S>, T> S set(PictureStage<S> stage, Param<T> param, T value) {
        stage.set(param, value);
        return (S) stage;
    }

    static String column(String param, String name) {
        if (name == null || name.isBlank())
            throw new IllegalArgumentException("spark: " + param + " must be the name of a column, was '" + name + "'");
        return name;
    }

    static String precision(String name) {
        String low = String.valueOf(name).toLowerCase(Locale.ROOT);
        if (!PRECISIONS.contains(low))
            throw new IllegalArgumentException("spark: precision must be fp32, bf16 or auto, was " + name);
        return low;
    }

    static int within(String param, int value, int least, int most) {
        if (value < least || value > most)
            throw new IllegalArgumentException(
                    "spark: " + param + " must be " + least + " to " + most + ", was " + value);
        return value;
    }
}
