package dev.graft.cli;

import java.io.Console;
import java.io.PrintStream;

/** Tells whether a person looks at the output. */
final class Terminal {
    private Terminal() {}

    /** Standard error if the program was started on a terminal; otherwise null. */
    static PrintStream orNull() {
        return isThere(System.console()) ? System.err : null;
    }

    /** Since Java 22 there is a console without a terminal too; it has a method that says so. */
    private static boolean isThere(Console console) {
        if (console == null) return false;
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) { // an older Java: the console is a terminal
            return true;
        }
    }
}
