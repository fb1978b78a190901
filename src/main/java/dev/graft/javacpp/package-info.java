/** What Graft tells JavaCPP before anything native is touched. Internal. */
package dev.graft.javacpp;
