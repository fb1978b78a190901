package dev.graft.export.onnx;

import dev.graft.export.onnx.Schema.Attribute;
import dev.graft.export.onnx.Schema.Node;
import java.io.IOException;
import java.util.List;

/** The field of a node in the making: inputs and output first, then attributes. */
final class NodeMessage {
    private final Message message = new Message();

    /**
     * Begins a node.
     *
     * @param name also its output's, unless {@code output} is another
     */
    NodeMessage(String operator, String name, String output, List<String> inputs) throws IOException {
        for (String input : inputs) {
            message.text(Node.INPUT, input);
        }
        message.text(Node.OUTPUT, output).text(Node.NAME, name).text(Node.OPERATOR, operator);
    }

    NodeMessage number(String name, long value) throws IOException {
        return attribute(named(name).number(Attribute.INT, value), Attribute.TYPE_INT);
    }

    NodeMessage real(String name, double value) throws IOException {
        return attribute(named(name).real(Attribute.FLOAT, (float) value), Attribute.TYPE_FLOAT);
    }

    /** A list of {@code count} equal numbers. */
    NodeMessage numbers(String name, int count, long value) throws IOException {
        Message attribute = named(name);
        for (int i = 0; i < count; i++) {
            attribute.number(Attribute.INTS, value);
        }
        return attribute(attribute, Attribute.TYPE_INTS);
    }

    Message message() {
        return message;
    }

    private static Message named(String name) throws IOException {
        return new Message().text(Attribute.NAME, name);
    }

    private NodeMessage attribute(Message attribute, int type) throws IOException {
        message.part(Node.ATTRIBUTE, attribute.number(Attribute.TYPE, type));
        return this;
    }
}
