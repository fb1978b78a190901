package dev.graft.cli;

import dev.graft.environment.Checkup;
import dev.graft.environment.Checkup.Verdict;
import dev.graft.environment.Doctor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.cli.Option;

/** {@code graft doctor}: whether Graft can work on this machine, and what to do if not. */
final class DoctorVerb implements Verb {
    /** Examines a machine and passes each result on. */
    interface Examination {
        void examine(Consumer<Checkup> listener);
    }

    private final Examination examination;

    DoctorVerb() {
        this(Doctor::examine);
    }

    DoctorVerb(Examination examination) {
        this.examination = examination;
    }

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "checks this machine and trains a tiny model; each line with its remedy";
    }

    @Override
    public String usage() {
        return "[options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        return Map.of();
    }

    @Override
    public int run(Arguments args, Console console) {
        if (!args.words().isEmpty())
            throw new UsageException("what is '" + args.words().get(0) + "'? See --help");
        List<Checkup> all = new ArrayList<>();
        examination.examine(checkup -> {
            all.add(checkup);
            print(checkup, console);
        });
        console.result(all.stream().map(DoctorVerb::json).toList());
        return all.stream().anyMatch(c -> c.verdict() == Verdict.FAIL) ? ExitStatus.ERROR : ExitStatus.DONE;
    }

    /** With {@code --quiet}, only what is not in order. */
    private static void print(Checkup c, Console console) {
        String line = String.format("%-4s  %-14s  %s", lower(c.verdict()), c.name(), c.seen());
        if (c.verdict() == Verdict.OK) {
            console.say(line);
            return;
        }
        console.result(line);
        console.result(String.format("%-4s  %-14s  -> %s", "", "", c.remedy()));
    }

    private static Map<String, String> json(Checkup c) {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("name", c.name());
        one.put("verdict", lower(c.verdict()));
        one.put("seen", c.seen());
        one.put("remedy", c.remedy());
        return one;
    }

    private static String lower(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
