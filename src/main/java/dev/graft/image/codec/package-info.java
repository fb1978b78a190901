/** Reads the headers of picture files and decodes them into pixels outside the Java heap. Not exported. */
package dev.graft.image.codec;
