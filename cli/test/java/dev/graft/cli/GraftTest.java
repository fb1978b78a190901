package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;
import org.junit.jupiter.api.Test;

class GraftTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        return new Graft(List.of(new Echo()))
                .start(
                        words,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    @Test
    void unknownVerb_isRefusedWithTheVerbsThatThereAre() {
        assertEquals(ExitStatus.USAGE, run("ecko"));
        assertEquals(
                "graft: there is no verb 'ecko' (did you mean echo?); there are: echo; see graft --help\n", text(err));
    }

    @Test
    void help_listsVerbsAndStatuses() {
        assertEquals(ExitStatus.DONE, run("--help"));
        assertTrue(text(out).contains("  echo       says it again\n"), text(out));
        assertTrue(text(out).contains("Exit status: 0 done"), text(out));
    }

    @Test
    void helpOfAVerb_listsItsOptionsAndThoseOfAllVerbs() {
        assertEquals(ExitStatus.DONE, run("echo", "--help"));
        assertTrue(text(out).contains("usage: graft echo WORD [options]"), text(out));
        assertTrue(text(out).contains("  --times N"), text(out));
        assertTrue(text(out).contains("  --stacktrace"), text(out));
    }

    @Test
    void words_reachTheVerb() {
        assertEquals(ExitStatus.DONE, run("echo", "one", "--times", "2", "two"));
        assertEquals("[one, two] 2\n", text(out));
    }

    @Test
    void json_isForMachines() {
        assertEquals(ExitStatus.DONE, run("echo", "one", "--json"));
        assertEquals("{\"words\":[\"one\"]}\n", text(out));
    }

    @Test
    void error_isOneLine() {
        assertEquals(ExitStatus.ERROR, run("echo", "break"));
        assertEquals("graft echo: echo.txt: cannot be read\n", text(err));
    }

    @Test
    void stacktrace_tellsWhere() {
        assertEquals(ExitStatus.ERROR, run("echo", "break", "--stacktrace"));
        assertTrue(text(err).contains("at dev.graft.cli.GraftTest"), text(err));
    }

    @Test
    void unknownOption_isAWrongUse() {
        assertEquals(ExitStatus.USAGE, run("echo", "--tames", "3"));
        assertEquals(
                "graft echo: options: there is no option --tames (did you mean --times?); see --help\n", text(err));
    }

    @Test
    void version_isOneLine() {
        assertEquals(ExitStatus.DONE, run("--version"));
        assertTrue(text(out).matches("graft \\S.* \\(libtorch .*, java .*\\)\n"), text(out));
    }

    private static final class Echo implements Verb {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public String summary() {
            return "says it again";
        }

        @Override
        public String usage() {
            return "WORD [options]";
        }

        @Override
        public Map<String, List<Option>> options() {
            return Map.of("Echo", List.of(Arguments.option("times", "N", "how often")));
        }

        @Override
        public int run(Arguments args, Console console) throws IOException {
            if (args.words().contains("break")) throw new IOException("echo.txt: cannot be read");
            console.result(args.words() + " " + args.integer("times", 1, 1, 9));
            console.result(Map.of("words", args.words()));
            return ExitStatus.DONE;
        }
    }
}
