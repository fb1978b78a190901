/** Graft trains image classifiers: from a folder of pictures to a saved model. */
module dev.graft {
    requires transitive org.bytedeco.pytorch;
    requires transitive org.bytedeco.javacpp;
    requires transitive org.bytedeco.opencv; // its Mat is in the package image.opencv
    requires org.bytedeco.openblas;
    requires dev.graft.natives;
    requires java.net.http;
    requires static transitive java.desktop; // only for BufferedImages
    requires jdk.management; // for the memory limit of a container
    requires transitive com.fasterxml.jackson.databind;

    exports dev.graft.batch;
    exports dev.graft.checkpoint;
    exports dev.graft.data;
    exports dev.graft.distributed;
    exports dev.graft.environment;
    exports dev.graft.evaluate;
    exports dev.graft.explain;
    exports dev.graft.features;
    exports dev.graft.head;
    exports dev.graft.hub;
    exports dev.graft.image;
    exports dev.graft.image.augment;
    exports dev.graft.image.augment.ops;
    exports dev.graft.image.opencv;
    exports dev.graft.image.resize;
    exports dev.graft.inspect;
    exports dev.graft.job;
    exports dev.graft.metrics;
    exports dev.graft.model;
    exports dev.graft.model.fuse;
    exports dev.graft.plan;
    exports dev.graft.predict;
    exports dev.graft.report;
    exports dev.graft.study;
    exports dev.graft.torch;
    exports dev.graft.train;
    exports dev.graft.weights;
    exports dev.graft.weights.tensor;

    opens dev.graft.plan to // Jackson reads and writes its records
            com.fasterxml.jackson.databind;
    opens dev.graft.checkpoint to
            com.fasterxml.jackson.databind;
}
