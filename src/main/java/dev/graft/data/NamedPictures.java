package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads pictures whose file names contain their class, in one folder or in splits. */
final class NamedPictures {
    private final Pattern pattern;
    private final Path root;
    private final FolderScan scan;
    private final Problems unnamed = new Problems();

    private NamedPictures(Pattern pattern, Path root, FolderScan scan) {
        this.pattern = pattern;
        this.root = root;
        this.scan = scan;
    }

    static Division of(Path root, Pattern pattern, StratifiedSplit split, FolderScan scan) throws IOException {
        return new NamedPictures(pattern, root, scan).divided(split);
    }

    /** @throws IllegalArgumentException if the pattern is invalid or does not have exactly one group */
    static Pattern pattern(String regex) {
        try {
            Pattern pattern = Pattern.compile(regex);
            int groups = pattern.matcher("").groupCount();
            if (groups != 1)
                throw new IllegalArgumentException(
                        "the pattern of names '" + regex + "' has " + groups
                                + " groups (expected one, around the class, as in ^(.+)\\.\\d+\\.jpg$; (?:...) does not count)");
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the pattern of names is wrong: " + e.getDescription() + " in " + regex, e);
        }
    }

    private Division divided(StratifiedSplit split) throws IOException {
        Layout layout = Layout.of(root, scan, false);
        Map<Split, List<Path>> parts = layout.parts().isEmpty() ? Map.of(Split.TRAIN, layout.base()) : layout.parts();
        Gathered gathered = new Gathered(Layout.last(layout.base()));
        for (Map.Entry<Split, List<Path>> part : parts.entrySet()) gather(part.getKey(), part.getValue(), gathered);
        unnamed.refuse(
                "names in " + root + " without what " + pattern + " looks for",
                "expected its group somewhere in each file's name; correct the pattern, or take these out");
        List<String> taken = new ArrayList<>(layout.taken());
        taken.add("the class is what the group of " + pattern + " finds in a file's name");
        return gathered.divided(split, root.toString(), taken);
    }

    private void gather(Split split, List<Path> chain, Gathered gathered) throws IOException {
        Path folder = Layout.last(chain);
        List<Picture> pictures = scan.pictures(folder, chain.subList(0, chain.size() - 1));
        if (pictures.isEmpty()) throw new DatasetException("no picture in " + folder);
        if (split == Split.TEST && pictures.stream().allMatch(p -> label(p).isEmpty())) {
            scan.note(folder, Finding.Kind.OUTSIDE_CLASSES, "no name there tells a class");
            return;
        }
        for (Picture picture : pictures) {
            Optional<String> label = label(picture);
            if (label.isPresent()) gathered.add(split, label.get(), picture);
            else unnamed.add(root.relativize(picture.file()).toString());
        }
    }

    private Optional<String> label(Picture picture) {
        Matcher matcher = pattern.matcher(picture.file().getFileName().toString());
        return matcher.find() && matcher.group(1) != null && !matcher.group(1).isBlank()
                ? Optional.of(matcher.group(1))
                : Optional.empty();
    }
}
