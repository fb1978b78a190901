package dev.graft.inspect;

import dev.graft.image.PictureHeader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the headers of many pictures say. Sizes are those as stored, in pixels.
 *
 * @param widths empty if no header could be read
 * @param heights empty if no header could be read
 * @param formats the number of pictures of each format
 * @param colours the number of pictures of each colour mode, see {@link PictureHeader#colours}
 * @param orientations the number of pictures of each EXIF orientation, 1 to 8
 */
public record PictureFacts(
        Optional<Spread> widths,
        Optional<Spread> heights,
        SortedMap<String, Long> formats,
        SortedMap<String, Long> colours,
        SortedMap<Integer, Long> orientations) {
    public PictureFacts {
        formats = Collections.unmodifiableSortedMap(formats);
        colours = Collections.unmodifiableSortedMap(colours);
        orientations = Collections.unmodifiableSortedMap(orientations);
    }

    static PictureFacts of(List<PictureHeader> headers) {
        return new PictureFacts(
                Spread.of(headers.stream().mapToLong(PictureHeader::width).toArray()),
                Spread.of(headers.stream().mapToLong(PictureHeader::height).toArray()),
                counts(headers, PictureHeader::format),
                counts(headers, PictureHeader::colours),
                counts(headers, PictureHeader::orientation));
    }

    private static <K extends Comparable<K>> SortedMap<K, Long> counts(
            List<PictureHeader> headers, Function<PictureHeader, K> of) {
        Map<K, Long> counts = headers.stream().collect(Collectors.groupingBy(of, Collectors.counting()));
        return new TreeMap<>(counts);
    }

    /** The number of pictures that are turned or mirrored where the EXIF orientation is applied. */
    public long turned() {
        return orientations.tailMap(2).values().stream().mapToLong(n -> n).sum();
    }
}
