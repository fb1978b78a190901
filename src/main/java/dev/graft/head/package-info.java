/** Features of pictures and their classes to the linear layer that classifies them best, chosen by cross-validation. */
package dev.graft.head;
