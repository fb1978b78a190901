/**
 * Writes networks as TorchScript (Graft's own, and those whose code came from a file), and lets LibTorch read them. Not
 * exported.
 */
package dev.graft.model.script;
