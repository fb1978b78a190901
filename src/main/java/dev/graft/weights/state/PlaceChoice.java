package dev.graft.weights.state;

import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses one of the state dicts of a file, and remembers the other candidates. */
final class PlaceChoice {
    private static final int LISTED = 8;

    private final Path file;
    private final List<Place> places;
    private final Place taken;
    private final List<Place> others;

    /** @param places at least one, outermost first */
    PlaceChoice(Path file, List<Place> places, WeightsChoice choice) throws WeightsException {
        this.file = file;
        this.places = places;
        if (choice.key().isPresent()) {
            taken = under(choice.key().get());
            others = List.of();
            return;
        }
        List<Place> fitting = places.stream()
                .filter(place -> choice.fits().test(bare(place)))
                .sorted(Comparator.comparingInt(Place::rank))
                .toList();
        taken = fitting.isEmpty() ? usual() : fitting.get(0);
        others = (fitting.isEmpty() ? places.stream().filter(this::isAsLarge) : fitting.stream())
                .filter(place -> place != taken && !place.isSameAs(taken))
                .toList();
        if (fitting.stream().anyMatch(place -> place.rank() == taken.rank() && others.contains(place)))
            throw new WeightsException(
                    file,
                    "holds several networks that fit: " + listed(fitting),
                    "say which: --weights-key KEY, or WeightsChoice.key(KEY)");
    }

    Place taken() {
        return taken;
    }

    /** Notes about the places that were not chosen; empty if there are none. */
    List<String> notes() {
        if (others.isEmpty()) return List.of();
        return List.of("other weights lie under " + listed(others)
                + ": to take them, give the key (--weights-key KEY, or WeightsChoice.key(KEY))");
    }

    private Place under(String key) throws WeightsException {
        return places.stream()
                .filter(place -> place.path().equals(key))
                .findFirst()
                .orElseThrow(() -> new WeightsException(
                        file,
                        "has no tensors under '" + WeightsException.quote(key) + "'",
                        "they lie under: " + listed(places)));
    }

    /** The choice if the network is not known: the place with the most common name, or with the most tensors. */
    private Place usual() {
        Comparator<Place> most = Comparator.comparing(Place::isAveraged)
                .thenComparing(place -> -place.tensors().size());
        return places.stream()
                .filter(Place::isUsual)
                .min(Comparator.comparingInt(Place::rank))
                .or(() -> places.stream().min(most))
                .orElseThrow();
    }

    private boolean isAsLarge(Place place) {
        return !place.path().isEmpty()
                && 2 * place.tensors().size() >= taken.tensors().size();
    }

    private static Map<String, StoredTensor> bare(Place place) {
        return StateDict.withoutPrefixes(place.tensors(), new ArrayList<>());
    }

    private static String listed(List<Place> places) {
        Stream<String> first = places.stream().limit(LISTED).map(Place::title);
        String more = places.size() > LISTED ? " and " + (places.size() - LISTED) + " more" : "";
        return first.collect(Collectors.joining(", ")) + more;
    }
}
