/** The bytes of an open file of weights, what format they are of, and what every format's reader gives. Not exported. */
package dev.graft.weights.read;
