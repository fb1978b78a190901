package dev.graft.export.onnx;

/** Numbers of the published schema of ONNX, {@code onnx.proto3}: fields by message, and the values of its enums. */
final class Schema {
    /** The version of the format that came with opset 15 and holds up to 18. */
    static final int IR_VERSION = 8;

    /** The version of the operators. */
    static final int OPSET = 17;

    private Schema() {}

    static final class Model {
        static final int IR_VERSION = 1;
        static final int PRODUCER_NAME = 2;
        static final int PRODUCER_VERSION = 3;
        static final int GRAPH = 7;
        static final int OPSET_IMPORT = 8;
        static final int METADATA = 14;

        private Model() {}
    }

    static final class OperatorSet {
        static final int VERSION = 2;

        private OperatorSet() {}
    }

    /** StringStringEntryProto. */
    static final class Entry {
        static final int KEY = 1;
        static final int VALUE = 2;

        private Entry() {}
    }

    static final class Graph {
        static final int NODE = 1;
        static final int NAME = 2;
        static final int INITIALIZER = 5;
        static final int INPUT = 11;
        static final int OUTPUT = 12;

        private Graph() {}
    }

    static final class Node {
        static final int INPUT = 1;
        static final int OUTPUT = 2;
        static final int NAME = 3;
        static final int OPERATOR = 4;
        static final int ATTRIBUTE = 5;

        private Node() {}
    }

    static final class Attribute {
        static final int NAME = 1;
        static final int FLOAT = 2;
        static final int INT = 3;
        static final int INTS = 8;
        static final int TYPE = 20;

        static final int TYPE_FLOAT = 1;
        static final int TYPE_INT = 2;
        static final int TYPE_INTS = 7;

        private Attribute() {}
    }

    static final class Tensor {
        static final int DIMS = 1;
        static final int DATA_TYPE = 2;
        static final int NAME = 8;
        static final int RAW_DATA = 9;

        static final int FLOAT32 = 1;

        private Tensor() {}
    }

    static final class ValueInfo {
        static final int NAME = 1;
        static final int TYPE = 2;

        private ValueInfo() {}
    }

    /** TypeProto, its Tensor and TensorShapeProto. */
    static final class Type {
        static final int TENSOR = 1;
        static final int ELEMENT = 1;
        static final int SHAPE = 2;
        static final int DIMENSION = 1;
        static final int SIZE = 1;
        static final int SIZE_NAME = 2;

        private Type() {}
    }
}
