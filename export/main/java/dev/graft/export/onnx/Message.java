package dev.graft.export.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * A protocol buffer message in the making. Fields appear in the order of the calls; a repeated field is several calls.
 */
final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    Message number(int field, long value) throws IOException {
        out.writeInt64(field, value);
        return this;
    }

    Message real(int field, float value) throws IOException {
        out.writeFloat(field, value);
        return this;
    }

    Message text(int field, String value) throws IOException {
        out.writeString(field, value);
        return this;
    }

    Message part(int field, Message part) throws IOException {
        out.writeByteArray(field, part.toBytes());
        return this;
    }

    /** Begins a field whose content, of this many bytes, follows after this message. */
    Message open(int field, long length) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(length);
        return this;
    }

    /** Appends the fields of another message. */
    Message raw(Message other) throws IOException {
        out.writeRawBytes(other.toBytes());
        return this;
    }

    byte[] toBytes() throws IOException {
        out.flush();
        return bytes.toByteArray();
    }

    int size() throws IOException {
        out.flush();
        return bytes.size();
    }
}
