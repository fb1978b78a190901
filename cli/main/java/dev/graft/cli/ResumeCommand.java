package dev.graft.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The command that resumes a stopped run from the same folder.
 *
 * @param program the command that started the run
 * @param args its arguments
 */
record ResumeCommand(String program, List<String> args) {
    /**
     * @param holdsWeights whether the checkpoint contains the weights, so that {@code --weights} and its key are not
     *     needed
     */
    String from(Path checkpoint, boolean holdsWeights) {
        List<String> words = new ArrayList<>(List.of(program));
        for (int i = 0; i < args.size(); i++) {
            String word = args.get(i);
            boolean held = holdsWeights && word.matches("--weights(-key)?(=.*)?") || word.matches("--plan(=.*)?");
            if (word.equals("--overwrite")) continue; // otherwise the present training would be deleted
            if (!held && !word.matches("--resume(=.*)?")) words.add(word);
            else if (!word.contains("=")) i++;
        }
        words.addAll(List.of("--resume", checkpoint.toString()));
        return words.stream().map(ResumeCommand::quoted).collect(Collectors.joining(" "));
    }

    /** The same command again, with its folder. */
    String again(Path out) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(args);
        if (args.stream().noneMatch(word -> word.matches("--out(=.*)?")))
            words.addAll(List.of("--out", out.toString()));
        return words.stream().map(ResumeCommand::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return word.contains(" ") ? '"' + word + '"' : word;
        }
        return word.matches("[\\w./:=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
