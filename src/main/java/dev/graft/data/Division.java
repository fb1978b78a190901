package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The classes of a data set, and the training, validation and test pictures of each.
 *
 * @param divided whether the validation pictures were chosen from the training pictures
 * @param taken how the folders were understood, in words for the user
 */
record Division(
        List<String> classes,
        List<List<Picture>> train,
        List<List<Picture>> validation,
        List<List<Picture>> test,
        boolean divided,
        List<String> taken) {
    /**
     * The pictures of each class, by split.
     *
     * @param places the name of each class's place, for errors
     * @param parts at least {@link Split#TRAIN}; for each split, the pictures of each class
     * @param taken what is known so far about how the folders were understood
     */
    record Parts(
            List<String> classes, List<String> places, Map<Split, List<List<Picture>>> parts, List<String> taken) {}

    /**
     * Uses the given parts. If there is no validation split, some training pictures become validation pictures.
     *
     * @throws DatasetException for fewer than two classes, or for a class that is too small to be split
     */
    static Division of(Parts given, StratifiedSplit split, String where) throws IOException {
        requireTwo(given.classes(), where);
        List<List<Picture>> none = Collections.nCopies(given.classes().size(), List.of());
        List<List<Picture>> train = given.parts().get(Split.TRAIN);
        List<List<Picture>> validation = given.parts().get(Split.VALIDATION);
        List<List<Picture>> test = given.parts().getOrDefault(Split.TEST, none);
        if (validation != null) return new Division(given.classes(), train, validation, test, false, given.taken());
        List<List<Picture>> rest = new ArrayList<>();
        List<List<Picture>> aside = new ArrayList<>();
        for (int label = 0; label < train.size(); label++) {
            List<Picture> pictures = train.get(label);
            if (pictures.size() < 2)
                throw new DatasetException(given.places().get(label) + " holds one picture (expected two or more, to"
                        + " have one to train on and one to validate with)");
            BitSet chosen = split.validationOf(given.classes().get(label), pictures.size());
            rest.add(StratifiedSplit.select(pictures, chosen, false));
            aside.add(StratifiedSplit.select(pictures, chosen, true));
        }
        List<String> taken = new ArrayList<>(given.taken());
        taken.add("nothing given to validate with: " + split.validationFraction()
                + " of each class is set aside for it, by seed " + split.seed());
        return new Division(given.classes(), rest, aside, test, true, taken);
    }

    /** All pictures in one list. */
    static List<Picture> flat(List<List<Picture>> byClass) {
        return byClass.stream().flatMap(List::stream).toList();
    }

    static void requireTwo(List<String> classes, String where) throws DatasetException {
        if (classes.size() < 2)
            throw new DatasetException(
                    "only one class in " + where + " (expected two or more; found " + Names.some(classes) + ")");
    }
}
