/**
 * Turns a model, a checkpoint, a file of weights or a folder of pictures into facts about it; trains nothing.
 *
 * <pre>{@code
 * ModelInspection inspected = ModelInspection.of(model);
 * System.out.println(inspected.card().network() + ", " + inspected.card().classes());
 * System.out.println(inspected.parameters().all() + " parameters, sha256 "
 *         + inspected.file().sha256());
 * }</pre>
 */
package dev.graft.inspect;
