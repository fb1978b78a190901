package dev.graft.cli;

import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.image.PictureHeader;
import dev.graft.image.PictureHeaders;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The headers of all pictures of a run, read once.
 *
 * @param files to train on, to validate and to test with
 * @param headers one for each file; empty if it cannot be read
 */
record ReadHeaders(List<Path> files, List<Optional<PictureHeader>> headers) {
    static ReadHeaders of(ImageFolder data) throws IOException {
        List<Path> files = Stream.of(data.train(), data.validation(), data.test())
                .flatMap(List::stream)
                .map(Sample::file)
                .toList();
        return new ReadHeaders(files, PictureHeaders.of(files, Threads.decoders()));
    }

    /** The number of pictures whose EXIF orientation turns or mirrors them. */
    long turned() {
        return headers.stream()
                .flatMap(Optional::stream)
                .filter(h -> h.orientation() > 1)
                .count();
    }

    /** The number of grey pictures of more than 8 bits. */
    long deepGrey() {
        return headers.stream()
                .flatMap(Optional::stream)
                .filter(h -> h.colours().matches("grey.*, \\d+ bits"))
                .count();
    }

    /** The files whose header cannot be read. */
    List<Path> unreadable() {
        return IntStream.range(0, files.size())
                .filter(i -> headers.get(i).isEmpty())
                .mapToObj(files::get)
                .toList();
    }
}
