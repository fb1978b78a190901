/** Writes trained models in the formats of other programs. */
package dev.graft.export;
