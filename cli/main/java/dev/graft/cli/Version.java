package dev.graft.cli;

import dev.graft.environment.EnvironmentReport;

/** The versions of Graft and of what it runs on. */
final class Version {
    private Version() {}

    static String text() {
        return EnvironmentReport.versions();
    }
}
