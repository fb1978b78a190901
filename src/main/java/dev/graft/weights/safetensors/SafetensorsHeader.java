package dev.graft.weights.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of contents of a safetensors file, checked against all rules of the format.
 *
 * <p>The first eight bytes give the length of a JSON object. After it, the tensors follow without gaps. The JSON is read
 * as a stream, so the cost of a header depends only on the number of its tensors.
 *
 * @param metadata the texts under {@code __metadata__}
 * @param places the tensors by name, in the order of the text
 * @param data the position in the file at which the tensors start, in bytes
 */
public record SafetensorsHeader(Map<String, String> metadata, Map<String, Place> places, long data) {
    /** The limit of the format. */
    public static final int MAX_BYTES = 100_000_000;

    public static final int LENGTH_BYTES = 8;

    private static final Comparator<Place> BY_PLACE =
            Comparator.comparingLong(Place::begin).thenComparingLong(Place::end);

    /** A tensor and the position of its bytes, relative to the first byte of the first tensor. */
    record Place(StoredTensor tensor, long begin) {
        long end() {
            return begin + tensor.storageBytes();
        }
    }

    static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
        long length = length(file, channel);
        try (InputStream bytes = new Part(channel, LENGTH_BYTES, length);
                SafetensorsJson json =
                        new SafetensorsJson(file, new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()))) {
            Map<String, String> metadata = new LinkedHashMap<>();
            Map<String, Place> places = new LinkedHashMap<>();
            json.read(metadata, places);
            SafetensorsHeader header = new SafetensorsHeader(metadata, places, LENGTH_BYTES + length);
            header.refuseGaps(file, channel.size());
            return header;
        } catch (CharacterCodingException e) {
            throw new WeightsException(file, "has a header that is not UTF-8", WeightsException.DOWNLOAD, e);
        } catch (JsonProcessingException e) {
            String what = WeightsException.quote(e.getOriginalMessage()) + " at character "
                    + e.getLocation().getCharOffset();
            throw new WeightsException(file, "has a header that is not JSON: " + what, SafetensorsJson.RESAVE, e);
        }
    }

    private static long length(Path file, FileChannel channel) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
        while (start.hasRemaining() && channel.read(start, start.position()) >= 0) continue;
        long length = start.position() < LENGTH_BYTES ? -1 : start.getLong(0);
        if (length < 0 || length > MAX_BYTES)
            throw new WeightsException(
                    file,
                    "does not begin with the length of a safetensors header (at most " + MAX_BYTES + " bytes)",
                    WeightsException.DOWNLOAD);
        long there = channel.size();
        if (length > there - LENGTH_BYTES)
            throw new WeightsException(
                    file,
                    "is truncated: its header has " + length + " bytes, the whole file " + there,
                    WeightsException.DOWNLOAD);
        if (length == 0 || start.get(LENGTH_BYTES) != '{')
            throw new WeightsException(
                    file, "has a safetensors header that does not begin with '{'", SafetensorsJson.RESAVE);
        return length;
    }

    /** Checks that the tensors cover each byte after the header exactly once. */
    private void refuseGaps(Path file, long fileBytes) throws WeightsException {
        List<Place> sorted = new ArrayList<>(places.values());
        sorted.sort(BY_PLACE);
        long covered = 0;
        for (Place place : sorted) {
            if (place.begin != covered)
                throw new WeightsException(
                        file,
                        "has tensor '" + WeightsException.quote(place.tensor.name()) + "' at byte " + place.begin
                                + " of its data, where byte " + covered + " comes next (no gaps, no overlaps)",
                        SafetensorsJson.RESAVE);
            covered = place.end();
        }
        long there = fileBytes - data;
        if (covered > there)
            throw new WeightsException(
                    file,
                    "is truncated: its tensors have " + covered + " bytes, " + there + " are there",
                    WeightsException.DOWNLOAD);
        if (covered < there)
            throw new WeightsException(
                    file, "has " + (there - covered) + " bytes that belong to no tensor", WeightsException.DOWNLOAD);
    }

    /** A part of a file as a stream. */
    private static final class Part extends InputStream {
        private final FileChannel channel;
        private final long end;
        private long at;

        Part(FileChannel channel, long start, long bytes) {
            this.channel = channel;
            this.at = start;
            this.end = start + bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (at == end) return -1;
            int got = channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(count, end - at)), at);
            at += Math.max(got, 0);
            return got;
        }
    }
}
