/** Settings of JavaCPP that must come before native code, and checks for native libraries. Not exported. */
package dev.graft.javacpp;
