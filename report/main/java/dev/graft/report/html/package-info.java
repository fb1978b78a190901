/** Shows a training run or an evaluation as one HTML file. */
package dev.graft.report.html;
