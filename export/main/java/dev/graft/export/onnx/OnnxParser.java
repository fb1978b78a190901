package dev.graft.export.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.graft.export.onnx.OnnxModel.Node;
import dev.graft.export.onnx.OnnxModel.Stored;
import dev.graft.export.onnx.Schema.Attribute;
import dev.graft.export.onnx.Schema.Entry;
import dev.graft.export.onnx.Schema.Graph;
import dev.graft.export.onnx.Schema.Model;
import dev.graft.export.onnx.Schema.OperatorSet;
import dev.graft.export.onnx.Schema.ValueInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads an ONNX file as data; numbers of tensors are skipped, fields that Graft does not write are too. */
final class OnnxParser {
    /** Reads a field, or leaves it for the caller to skip. */
    @FunctionalInterface
    private interface Fields {
        boolean read(int field) throws IOException;
    }

    private final CodedInputStream in;
    private long irVersion;
    private long opset;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Stored> tensors = new LinkedHashMap<>();
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private OnnxParser(InputStream file) {
        in = CodedInputStream.newInstance(file);
    }

    /**
     * Reads the whole file.
     *
     * @throws IOException without the file's name when it is not what the schema says
     */
    static OnnxModel parse(InputStream file) throws IOException {
        OnnxParser p = new OnnxParser(file);
        p.fields(p::model);
        return new OnnxModel(p.irVersion, p.opset, p.nodes, p.tensors, p.inputs, p.outputs, p.metadata);
    }

    private boolean model(int field) throws IOException {
        switch (field) {
            case Model.IR_VERSION -> irVersion = in.readInt64();
            case Model.GRAPH -> message(this::graph);
            case Model.OPSET_IMPORT -> message(this::operatorSet);
            case Model.METADATA -> addMetadata();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean operatorSet(int field) throws IOException {
        if (field != OperatorSet.VERSION) return false;
        opset = in.readInt64();
        return true;
    }

    private void addMetadata() throws IOException {
        String[] entry = {"", ""};
        message(field -> {
            if (field != Entry.KEY && field != Entry.VALUE) return false;
            entry[field == Entry.KEY ? 0 : 1] = in.readStringRequireUtf8();
            return true;
        });
        metadata.put(entry[0], entry[1]);
    }

    private boolean graph(int field) throws IOException {
        switch (field) {
            case Graph.NODE -> addNode();
            case Graph.INITIALIZER -> addTensor();
            case Graph.INPUT -> addValue(inputs);
            case Graph.OUTPUT -> addValue(outputs);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void addValue(List<String> names) throws IOException {
        message(field -> {
            if (field != ValueInfo.NAME) return false;
            names.add(in.readStringRequireUtf8());
            return true;
        });
    }

    private void addNode() throws IOException {
        String[] texts = {"", ""}; // name, operator
        List<String> taken = new ArrayList<>();
        List<String> given = new ArrayList<>();
        Map<String, List<Long>> integers = new HashMap<>();
        Map<String, Float> reals = new HashMap<>();
        message(field -> {
            switch (field) {
                case Schema.Node.INPUT -> taken.add(in.readStringRequireUtf8());
                case Schema.Node.OUTPUT -> given.add(in.readStringRequireUtf8());
                case Schema.Node.NAME -> texts[0] = in.readStringRequireUtf8();
                case Schema.Node.OPERATOR -> texts[1] = in.readStringRequireUtf8();
                case Schema.Node.ATTRIBUTE -> addAttribute(integers, reals);
                default -> {
                    return false;
                }
            }
            return true;
        });
        nodes.add(new Node(texts[1], texts[0], taken, given, integers, reals));
    }

    private void addAttribute(Map<String, List<Long>> integers, Map<String, Float> reals) throws IOException {
        String[] name = {""};
        List<Long> numbers = new ArrayList<>();
        float[] real = {Float.NaN};
        message(field -> {
            switch (field) {
                case Attribute.NAME -> name[0] = in.readStringRequireUtf8();
                case Attribute.FLOAT -> real[0] = in.readFloat();
                case Attribute.INT -> numbers.add(in.readInt64());
                case Attribute.INTS -> readNumbers(numbers);
                default -> {
                    return false;
                }
            }
            return true;
        });
        integers.put(name[0], numbers);
        reals.put(name[0], real[0]);
    }

    private void addTensor() throws IOException {
        String[] name = {""};
        List<Long> shape = new ArrayList<>();
        long[] place = {0, 0, 0}; // type, position, bytes
        message(field -> {
            switch (field) {
                case Schema.Tensor.DIMS -> readNumbers(shape);
                case Schema.Tensor.DATA_TYPE -> place[0] = in.readInt64();
                case Schema.Tensor.NAME -> name[0] = in.readStringRequireUtf8();
                case Schema.Tensor.RAW_DATA -> {
                    place[2] = in.readRawVarint32();
                    place[1] = in.getTotalBytesRead();
                    in.skipRawBytes((int) place[2]);
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
        requireFloats(name[0], shape, place[0], place[2]);
        tensors.put(name[0], new Stored(shape, place[1], (int) place[2]));
    }

    private static void requireFloats(String name, List<Long> shape, long type, long bytes) throws IOException {
        long expected = Float.BYTES;
        for (long size : shape) {
            expected = size < 1 || size > Integer.MAX_VALUE / expected ? 0 : expected * size;
            if (expected == 0) break;
        }
        if (type != Schema.Tensor.FLOAT32 || bytes != expected) {
            throw new IOException("the tensor '" + name + "' of shape " + shape + " is of type " + type + " and has "
                    + bytes + " bytes");
        }
    }

    /** One number of a repeated field, or several that are packed. */
    private void readNumbers(List<Long> into) throws IOException {
        if (WireFormat.getTagWireType(in.getLastTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            into.add(in.readInt64());
            return;
        }
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            into.add(in.readInt64());
        }
        in.popLimit(limit);
    }

    private void message(Fields reader) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        fields(reader);
        if (in.getBytesUntilLimit() != 0) {
            throw new IOException("it ends within a message");
        }
        in.popLimit(limit);
    }

    private void fields(Fields reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!reader.read(WireFormat.getTagFieldNumber(tag))) {
                in.skipField(tag);
            }
        }
    }
}
