/** Writes a classifier as an ONNX file, and runs such a file to compare it with the classifier. */
package dev.graft.export.onnx;
