package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN =
            List.of("train", "evaluate", "predict", "export", "report", "--epochs", "--seed");

    @ParameterizedTest
    @CsvSource({
        "trian, train", // two characters in the wrong order
        "evalute, evaluate",
        "eport, export", // the first of the nearest
        "predicts, predict",
        "--epoch, --epochs",
        "--sed, --seed"
    })
    void of_nearWord_isThatWord(String given, String meant) {
        assertEquals(" (did you mean " + meant + "?)", Suggestion.of(given, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"serve", "''", "--workers", "t"})
    void of_farWord_isNone(String given) {
        assertEquals("", Suggestion.of(given, KNOWN));
    }
}
