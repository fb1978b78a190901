/** Turns a model, a checkpoint, a file of weights or a folder of pictures into facts about it; trains nothing. */
package dev.graft.inspect;
