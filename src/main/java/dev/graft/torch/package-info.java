/** What lies under everything that touches LibTorch: loading it, scopes of native memory, devices, errors. */
package dev.graft.torch;
