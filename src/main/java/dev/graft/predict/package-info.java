/** A trained model names pictures, from any number of threads. */
package dev.graft.predict;
