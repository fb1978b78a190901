/**
 * Turns a folder of pictures on disk into sorted lists of files with labels, and reports what was skipped.
 *
 * <pre>{@code
 * try (ImageFolder folder = ImageFolder.open(pets)) {
 *     System.out.println(folder.classes() + ", " + folder.train().size() + " pictures to train on");
 *     for (Sample sample : folder.validation()) System.out.println(sample.file() + " " + folder.labelsOf(sample));
 * }
 * }</pre>
 */
package dev.graft.data;
