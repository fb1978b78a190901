package dev.graft.report.html;

import java.util.List;

/**
 * What the files of a run or an evaluation say.
 *
 * @param folder name of the folder
 * @param results of validation and test pictures, as far as there are predictions
 * @param outOfFold training pictures, the least probable first; empty if there is no such file
 * @param notes what could not be read, one line each
 */
record Run(
        String folder,
        RunRecord record,
        MetricsLog log,
        List<Predictions> results,
        List<OutOfFold> outOfFold,
        List<String> notes) {}
