package dev.graft.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zips whose directory may say anything. */
final class TestZip {
    /** One entry: its bytes as they lie in the file, and what the directory says of it. */
    static final class Entry {
        final String name;
        final byte[] packed;
        String localName;
        int flags;
        int method;
        int crc;
        long size;
        long compressed;
        long header = -1;

        Entry(String name, byte[] data) {
            this(name, data, data, 0);
        }

        private Entry(String name, byte[] data, byte[] packed, int method) {
            CRC32 sum = new CRC32();
            sum.update(data);
            this.name = name;
            this.localName = name;
            this.packed = packed;
            this.method = method;
            this.crc = (int) sum.getValue();
            this.size = data.length;
            this.compressed = packed.length;
        }

        static Entry deflated(String name, byte[] data) {
            Deflater deflater = new Deflater(9, true);
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] chunk = new byte[8192];
            while (!deflater.finished()) packed.write(chunk, 0, deflater.deflate(chunk));
            deflater.end();
            return new Entry(name, data, packed.toByteArray(), 8);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    int announced = -1;

    /** Adds an entry; change it before {@link #write}. */
    Entry add(Entry entry) {
        entries.add(entry);
        return entry;
    }

    Entry add(String name, byte[] data) {
        return add(new Entry(name, data));
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Entry e : entries) {
            if (e.header < 0) e.header = out.size();
            byte[] name = e.localName.getBytes(StandardCharsets.UTF_8);
            ByteBuffer local =
                    little(30).putInt(0x04034b50).putShort((short) 20).putShort((short) e.flags);
            local.putShort((short) e.method)
                    .putInt(0)
                    .putInt(e.crc)
                    .putInt((int) e.compressed)
                    .putInt((int) e.size);
            out.writeBytes(local.putShort((short) name.length).array());
            out.writeBytes(name);
            out.writeBytes(e.packed);
        }
        int start = out.size();
        for (Entry e : entries) {
            byte[] name = e.name.getBytes(StandardCharsets.UTF_8);
            ByteBuffer central =
                    little(46).putInt(0x02014b50).putInt(20 << 16 | 20).putShort((short) e.flags);
            central.putShort((short) e.method)
                    .putInt(0)
                    .putInt(e.crc)
                    .putInt((int) e.compressed)
                    .putInt((int) e.size);
            central.putShort((short) name.length).putInt(42, (int) e.header);
            out.writeBytes(central.array());
            out.writeBytes(name);
        }
        int count = announced < 0 ? entries.size() : announced;
        ByteBuffer end =
                little(22).putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
        out.writeBytes(end.putInt(out.size() - start).putInt(start).array());
        return out.toByteArray();
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
