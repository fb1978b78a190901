package dev.graft.serve;

import dev.graft.image.PictureException;
import dev.graft.image.PictureHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;

/**
 * A picture file that a client sent.
 *
 * @param name for messages, as the client named it, without control characters; it names no file of the server
 */
record Upload(String name, byte[] file) {
    private static final String MULTIPART = "multipart/form-data";
    private static final String RAW = "application/octet-stream";
    private static final String FORM = "application/x-www-form-urlencoded"; // what curl says unless it is told
    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_BOUNDARY = 200;
    private static final int HEADER_BYTES = 4096;
    private static final int OTHER_PARTS = 16;

    /** The kind of body that a header names, refused if it is none that holds pictures. */
    static void requireKind(String contentType, String contentEncoding) {
        String kind = kind(contentType);
        if (!List.of(MULTIPART, RAW, FORM).contains(kind) && !kind.startsWith("image/")) throw unread(kind);
        if (contentEncoding != null && !contentEncoding.equalsIgnoreCase("identity"))
            throw new Problem(
                    415, "a body in " + shown(contentEncoding) + " is not read", "send it without Content-Encoding");
        if (kind.equals(MULTIPART)) boundary(contentType);
    }

    private static Problem unread(String kind) {
        return new Problem(
                415,
                "a body of type " + shown(kind) + " is not read",
                "send the bytes of one picture as image/jpeg, image/png or " + RAW + ", or several as " + MULTIPART);
    }

    /**
     * The pictures of a body.
     *
     * @param body in pieces, which are not used any more
     * @param place has the memory of the pieces, and then that of the pictures
     * @param most how many pictures a request may have
     */
    static List<Upload> of(String contentType, List<ByteBuffer> body, Admission.Place place, int most) {
        long size = body.stream().mapToLong(ByteBuffer::remaining).sum();
        if (size == 0) throw new Problem(400, "the body is empty", "send the bytes of a picture").withCode("empty");
        long pieces = body.stream().mapToLong(ByteBuffer::capacity).sum();
        place.take(size); // the pictures of a form have fewer bytes
        String kind = kind(contentType);
        List<Upload> uploads = kind.equals(MULTIPART)
                ? parts(boundary(contentType), body, most)
                : List.of(new Upload("picture", joined(body, (int) size)));
        if (kind.equals(FORM) && !uploads.get(0).isPicture()) throw unread(kind);
        place.give(pieces);
        if (uploads.isEmpty())
            throw new Problem(
                    400,
                    "the body holds no picture",
                    "send each picture as a part with a file name: curl -F picture=@a.jpg");
        return uploads;
    }

    private boolean isPicture() {
        try {
            PictureHeader.read(file, name);
            return true;
        } catch (PictureException e) {
            return false;
        }
    }

    private static byte[] joined(List<ByteBuffer> pieces, int size) {
        ByteBuffer all = ByteBuffer.allocate(size);
        pieces.forEach(all::put);
        return all.array();
    }

    private static String kind(String contentType) {
        String type = contentType == null ? RAW : contentType;
        return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static String boundary(String contentType) {
        String boundary = MultiPart.extractBoundary(contentType);
        if (boundary == null || boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY)
            throw new Problem(
                    400, "the Content-Type has no boundary", "let the HTTP library write the multipart body: curl -F");
        return boundary;
    }

    private static List<Upload> parts(String boundary, List<ByteBuffer> body, int most) {
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        parser.setMaxMemoryFileSize(-1); // never to a file
        parser.setUseFilesForPartsWithoutFileName(false);
        parser.setPartHeadersMaxLength(HEADER_BYTES);
        parser.setMaxParts(most + OTHER_PARTS);
        try (MultiPartFormData.Parts parts = parsed(parser, body)) {
            List<Upload> uploads = new ArrayList<>();
            for (MultiPart.Part part : parts) {
                if (part.getFileName() != null) uploads.add(new Upload(shown(part.getFileName()), bytes(part)));
            }
            if (uploads.size() > most) throw tooMany(most);
            return uploads;
        } catch (CompletionException e) {
            if (String.valueOf(e.getCause().getMessage()).contains("too many")) throw tooMany(most);
            throw new Problem(
                    400, "the multipart body is broken", "let the HTTP library write it: curl -F picture=@a.jpg");
        }
    }

    /** All of the body is here, so the parser is done when it returns. */
    private static MultiPartFormData.Parts parsed(MultiPartFormData.Parser parser, List<ByteBuffer> body) {
        CompletableFuture<MultiPartFormData.Parts> result = new CompletableFuture<>();
        parser.parse(Content.Source.from(body.toArray(ByteBuffer[]::new)), new Promise.Invocable<>() {
            @Override
            public void succeeded(MultiPartFormData.Parts parts) {
                result.complete(parts);
            }

            @Override
            public void failed(Throwable why) {
                result.completeExceptionally(why);
            }
        });
        return result.join();
    }

    private static Problem tooMany(int most) {
        return new Problem(413, "the body has more than " + most + " pictures", "send fewer pictures at a time");
    }

    /** In one copy. */
    private static byte[] bytes(MultiPart.Part part) {
        byte[] file = new byte[(int) part.getLength()];
        try (InputStream in = Content.Source.asInputStream(part.newContentSource(null, 0, -1))) {
            in.readNBytes(file, 0, file.length);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("serve: a part in memory cannot be read", e);
        }
    }

    /** A text of the client's as it may stand in a message. */
    static String shown(String text) {
        String line = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
        return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME) + "...";
    }
}
