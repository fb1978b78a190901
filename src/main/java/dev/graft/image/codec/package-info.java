/** Decodes the files of each picture format, after their headers, into pixels outside Java's heap. Not exported. */
package dev.graft.image.codec;
