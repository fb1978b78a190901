/** Graft: a folder of pictures in, a trained image classifier out. */
module dev.graft {
    requires transitive org.bytedeco.pytorch;
    requires transitive org.bytedeco.javacpp;
    requires org.bytedeco.opencv;
    requires org.bytedeco.openblas;
    requires com.fasterxml.jackson.databind;

    exports dev.graft.torch;
    exports dev.graft.weights;
}
