package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.environment.Checkup;
import dev.graft.environment.Checkup.Verdict;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verb with results that are made up; the checks themselves have their own test. */
class DoctorVerbTest {
    private static final Checkup GOOD = new Checkup("memory", Verdict.OK, "4 GiB", "");
    private static final Checkup SLOW = new Checkup("gpu", Verdict.WARN, "no driver", "install it");
    private static final Checkup BAD = new Checkup("cache", Verdict.FAIL, "is a file", "remove it");

    private static Typed doctor(List<Checkup> results, String... words) {
        return Typed.verb(new DoctorVerb(results::forEach), (Object[]) words);
    }

    @Test
    void results_areLinesWithRemedies_andAFailureIsAnError() {
        Typed run = doctor(List.of(GOOD, SLOW, BAD));
        assertEquals(ExitStatus.ERROR, run.status());
        assertEquals(
                "ok    memory          4 GiB\n"
                        + "warn  gpu             no driver\n"
                        + "                      -> install it\n"
                        + "fail  cache           is a file\n"
                        + "                      -> remove it\n",
                run.out());
    }

    @Test
    void warnings_areNoError_andQuietLeavesOutWhatIsInOrder() {
        Typed run = doctor(List.of(GOOD, SLOW), "--quiet");
        assertEquals(ExitStatus.DONE, run.status());
        assertEquals("warn  gpu             no driver\n                      -> install it\n", run.out());
    }

    @Test
    void json_hasAll() throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(doctor(List.of(GOOD, BAD), "--json").out());
        assertEquals(2, json.size());
        assertEquals("fail", json.at("/1/verdict").asText());
        assertEquals("remove it", json.at("/1/remedy").asText());
    }

    @Test
    void words_areAWrongUse() {
        assertEquals(ExitStatus.USAGE, doctor(List.of(), "now").status());
    }
}
