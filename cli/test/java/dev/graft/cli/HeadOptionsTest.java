package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.HeadSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From options to the kind of the head. */
class HeadOptionsTest {
    private static HeadOptions of(String words) {
        String all = words.isEmpty() ? "--data x" : "--data x " + words;
        return TrainOptions.parse(all.split(" "), Optional.empty()).head();
    }

    @ParameterizedTest
    @CsvSource({
        "--head linear,linear",
        "--head dropout,linear after dropout of 0.5",
        "--dropout 0.2,linear after dropout of 0.2",
        "--head dropout --dropout 0.2,linear after dropout of 0.2",
        "--head hidden,one hidden layer of 512",
        "--hidden 64,one hidden layer of 64",
        "--hidden 64 --dropout 0.3,'one hidden layer of 64, dropout of 0.3'",
        "--head cosine,cosine with a learned scale from 10.0"
    })
    void options_nameAHead(String words, String text) {
        assertEquals(text, of("--weights w.pth " + words).head().orElseThrow().text());
    }

    @Test
    void noOptions_leaveTheLinearHead_andItsDrawnBias() {
        assertEquals(new HeadOptions(Optional.empty(), false), of("--weights w.pth"));
        assertEquals(new HeadOptions(Optional.empty(), true), of("--weights w.pth --bias-from-frequencies"));
        assertEquals(
                Optional.empty(),
                of("--weights w.pt --trusted --head classifier.1").head());
        assertEquals(
                Optional.of(HeadSpec.LINEAR),
                of("--weights w.pth --head linear").head());
    }

    @ParameterizedTest
    @CsvSource({
        "--head fc,'--head: goes with --trusted as the name of a layer; without, it is the kind'",
        "--head cosine --dropout 0.2,'--dropout: goes with --head dropout or hidden, was cosine'",
        "--head linear --dropout 0.2,'--dropout: goes with --head dropout or hidden, was linear'",
        "--head dropout --hidden 3,'--hidden: goes with --head hidden, was dropout'",
        "--dropout 1,'--dropout: must be above 0 and below 1, was 1.0'",
        "--hidden 4 --dropout 1,'--dropout: must be at least 0 and below 1, was 1.0'",
        "--hidden 0,'--hidden: must be 1 to 65536, was 0'",
        "--dropout x,--dropout: 'x' is not a number",
        "--trusted --hidden 4,'--hidden: goes without --trusted'",
        "--trusted --dropout 0.2,'--dropout: goes without --trusted'",
        "--resume run --head cosine,'--head: goes without --resume; the checkpoint holds the head'",
        "--resume run --bias-from-frequencies,'--bias-from-frequencies: goes without --resume'"
    })
    void optionsThatDoNotGoTogether_areRefusedByName(String words, String told) {
        String said = assertThrows(IllegalArgumentException.class, () -> of("--weights w.pth " + words))
                .getMessage();
        assertTrue(said.startsWith(told), said);
    }
}
