package dev.graft.head;

/**
 * A fitted head. Its weights and biases already include the temperature, the centring and the scale of the features.
 *
 * @param head takes the features as the network outputs them
 * @param choice how the head was chosen
 * @param outOfFold the cross-validated prediction for each picture, with the chosen setting
 * @param loss the mean loss of this head over the pictures that it was fitted to, without views
 */
public record FittedHead(LinearHead head, HeadChoice choice, OutOfFold outOfFold, double loss) {}
