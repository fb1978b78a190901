/** SparkFeatures: from a folder of pictures to a trained model on Apache Spark. */
package dev.graft.examples.spark;
