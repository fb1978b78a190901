/**
 * Turns columns of pictures into features and predictions on Apache Spark, and features into a trained model.
 *
 * <pre>{@code
 * Dataset<Row> pictures = spark.read().format("binaryFile").load("hdfs:///pictures");
 * GraftClassificationModel model = GraftClassificationModel.open("hdfs:///models/pets.pt");
 * model.transform(pictures).select("path", "class", "probability", "reason").show();
 * }</pre>
 */
package dev.graft.spark;
