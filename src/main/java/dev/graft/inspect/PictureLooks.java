package dev.graft.inspect;

import dev.graft.data.Finding;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.data.Split;
import dev.graft.files.InParallel;
import dev.graft.hub.Sha256;
import dev.graft.image.Decoding;
import dev.graft.image.PictureException;
import dev.graft.image.PictureHeader;
import dev.graft.inspect.DuplicateGroup.Member;
import dev.graft.inspect.FolderInspection.Duplicates;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Looks at each picture of a data set once, in several threads. */
final class PictureLooks {
    /** A picture and its place in the data set. */
    private record Place(Path file, Split split, String label) {}

    /**
     * What was seen of a picture.
     *
     * @param header null if it cannot be read
     * @param fault null if nothing is wrong
     * @param hash empty if it is not wanted, or the picture is plain or unreadable
     */
    private record Look(Place place, PictureHeader header, String fault, OptionalLong hash) {}

    private final ImageFolder data;
    private final Duplicates duplicates;
    private final Optional<PerceptualHash> hash; // decodes

    PictureLooks(ImageFolder data, boolean decode, Duplicates duplicates) {
        this.data = data;
        this.duplicates = duplicates;
        hash = decode || duplicates == Duplicates.NEAR
                ? Optional.of(new PerceptualHash(decode ? Decoding.EXACT : Decoding.SCALED))
                : Optional.empty();
    }

    FolderInspection inspect(int threads) throws InterruptedIOException {
        List<Place> places = places();
        List<Look> looks = InParallel.map(places, threads, "inspect", this::look);
        List<DuplicateGroup> groups = new ArrayList<>();
        Map<Path, Sha256> digests = duplicates == Duplicates.OFF ? Map.of() : digests(places, threads);
        groups.addAll(exact(places, digests));
        if (duplicates == Duplicates.NEAR) groups.addAll(near(looks, digests));
        groups.sort(DuplicateGroup.WORST_FIRST);
        return new FolderInspection(
                data.findings(),
                PictureFacts.of(looks.stream()
                        .map(Look::header)
                        .filter(Objects::nonNull)
                        .toList()),
                unreadable(looks),
                groups,
                hash.isEmpty() ? 0 : plain(looks));
    }

    private List<Place> places() {
        return Stream.of(
                        places(data.train(), Split.TRAIN),
                        places(data.validation(), Split.VALIDATION),
                        places(data.test(), Split.TEST))
                .flatMap(p -> p)
                .toList();
    }

    private Stream<Place> places(List<Sample> samples, Split split) {
        return samples.stream().map(s -> new Place(s.file(), split, data.labelsOf(s)));
    }

    private Look look(Place place) {
        PictureHeader header = null;
        try {
            header = PictureHeader.read(place.file());
            OptionalLong seen = hash.isPresent() ? hash.get().of(place.file()) : OptionalLong.empty();
            return new Look(place, header, null, seen);
        } catch (PictureException e) {
            return new Look(place, header, reason(e, place.file()), OptionalLong.empty());
        }
    }

    /** The message without the file's name, which a finding has anyway. */
    private static String reason(PictureException e, Path file) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(file + ": ")
                ? message.substring(file.toString().length() + 2)
                : message;
    }

    private static List<Finding> unreadable(List<Look> looks) {
        return looks.stream()
                .filter(l -> l.fault() != null)
                .map(l -> new Finding(l.place().file(), Finding.Kind.UNDECODABLE, l.fault()))
                .toList();
    }

    private static int plain(List<Look> looks) {
        return (int) looks.stream()
                .filter(l -> l.fault() == null && l.hash().isEmpty())
                .count();
    }

    /** The digests of those files that have the size of another one. */
    private static Map<Path, Sha256> digests(List<Place> places, int threads) throws InterruptedIOException {
        Map<Long, List<Path>> bySize = new LinkedHashMap<>();
        for (Place place : places) {
            long bytes = bytes(place.file());
            if (bytes > 0) bySize.computeIfAbsent(bytes, b -> new ArrayList<>()).add(place.file());
        }
        List<Path> alike = bySize.values().stream()
                .filter(files -> files.size() > 1)
                .flatMap(List::stream)
                .toList();
        List<Optional<Sha256>> digests = InParallel.map(alike, threads, "digest", PictureLooks::digest);
        Map<Path, Sha256> known = new LinkedHashMap<>();
        for (int i = 0; i < alike.size(); i++) {
            Path file = alike.get(i);
            digests.get(i).ifPresent(d -> known.put(file, d));
        }
        return known;
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) { // the look at the picture reports it
            return 0;
        }
    }

    private static Optional<Sha256> digest(Path file) {
        try {
            return Optional.of(Sha256.of(file));
        } catch (IOException e) { // the look at the picture reports it
            return Optional.empty();
        }
    }

    private static List<DuplicateGroup> exact(List<Place> places, Map<Path, Sha256> digests) {
        Map<Sha256, List<Member>> groups = new LinkedHashMap<>();
        for (Place p : places) {
            Sha256 digest = digests.get(p.file());
            if (digest != null)
                groups.computeIfAbsent(digest, d -> new ArrayList<>())
                        .add(new Member(p.file(), p.split(), p.label(), 0));
        }
        return groups.values().stream()
                .filter(g -> g.size() > 1)
                .map(g -> new DuplicateGroup(true, g))
                .toList();
    }

    private static List<DuplicateGroup> near(List<Look> all, Map<Path, Sha256> digests) {
        List<Look> looks = all.stream().filter(l -> l.hash().isPresent()).toList();
        long[] hashes = looks.stream().mapToLong(l -> l.hash().getAsLong()).toArray();
        List<DuplicateGroup> groups = new ArrayList<>();
        for (List<Integer> group : NearHashes.groups(hashes, FolderInspection.NEAR_BITS)) {
            List<Member> members = new ArrayList<>();
            for (int i : group) {
                Place p = looks.get(i).place();
                int distance = Long.bitCount(hashes[i] ^ hashes[group.get(0)]);
                members.add(new Member(p.file(), p.split(), p.label(), distance));
            }
            if (!isExact(members, digests)) groups.add(new DuplicateGroup(false, members));
        }
        return groups;
    }

    private static boolean isExact(Collection<Member> members, Map<Path, Sha256> digests) {
        Collection<Sha256> seen = new HashSet<>();
        for (Member m : members) seen.add(digests.get(m.file()));
        return seen.size() == 1 && !seen.contains(null);
    }
}
