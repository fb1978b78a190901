/**
 * Classifies pictures with a saved model, from any number of threads.
 *
 * <pre>{@code
 * try (Predictor predictor = Predictor.open(model)) { // one for the program, for all its threads
 *     Prediction now = predictor.predict(photo);
 *     CompletableFuture<Prediction> later = predictor.submit(PictureInput.of(photo));
 *     System.out.println(now.label() + " " + now.probability() + ", then "
 *             + later.get().label());
 * }
 * }</pre>
 */
package dev.graft.predict;
