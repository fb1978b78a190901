/** What a training run is told, as records that JSON can hold. Knows nothing of how it is done. */
package dev.graft.plan;
