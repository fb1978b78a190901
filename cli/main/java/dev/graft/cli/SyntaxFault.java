package dev.graft.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a file is neither YAML nor JSON, in one line.
 *
 * @param line from 1
 * @param column from 1
 * @param reason in the reader's words, and what to do
 */
record SyntaxFault(int line, int column, String reason) {
    /** The YAML reader tells what it was doing, then what was wrong, each with its place and the line. */
    private static final Pattern MARK = Pattern.compile("(?m)^(\\S.*)\\R in 'reader', line (\\d+), column (\\d+):");

    private static final String HINT = "; check the indentation and the signs there";

    /** What is wrong, from the exception of the reader. */
    static SyntaxFault of(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        SyntaxFault last = null;
        for (Matcher mark = MARK.matcher(message); mark.find(); )
            last = new SyntaxFault(number(mark, 2), number(mark, 3), mark.group(1) + HINT);
        if (last != null) return last;
        JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
        if (e instanceof MismatchedInputException) message = "there is another document; keep one";
        else if (message.startsWith("Duplicate")) message += "; give it once";
        return new SyntaxFault(
                at.getLineNr(), at.getColumnNr(), message.lines().findFirst().orElse("cannot be read"));
    }

    private static int number(Matcher mark, int group) {
        return Integer.parseInt(mark.group(group));
    }

    @Override
    public String toString() {
        return "line " + line + ", column " + column + ": " + reason;
    }
}
