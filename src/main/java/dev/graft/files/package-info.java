/** Files that appear complete or not at all, and the user's cache folder. */
package dev.graft.files;
