/**
 * Shows which parts of a picture led to a prediction: heat maps, and pictures with the heat drawn over them.
 *
 * <pre>{@code
 * try (Explainer explainer = Explainer.open(model, ExplainOptions.standard())) {
 *     Explanation explanation = explainer.explain(photo);
 *     Overlay.STANDARD.write(explanation, out.resolve("heat.png"));
 *     System.out.println(explanation.prediction().label() + ", heat of " + explanation.height() + " rows");
 * }
 * }</pre>
 */
package dev.graft.explain;
