/** Turns samples into features: each picture passes the frozen layers once, and later runs find its features again. */
package dev.graft.features;
