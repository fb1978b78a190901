package dev.graft.head;

/**
 * A fitted head, with temperature, centring and scale in its numbers.
 *
 * @param head of the features as the network gives them
 * @param choice how it was chosen
 * @param outOfFold what the folds of the chosen trial say of each picture
 * @param loss the head's own mean loss over the pictures that it was fitted to, as they are
 */
public record FittedHead(LinearHead head, HeadChoice choice, OutOfFold outOfFold, double loss) {}
