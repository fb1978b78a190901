package dev.graft.image;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints, for every file under a folder, the SHA-256 of its pixels, of the same stretched to 224 x 224, and of the
 * middle 224 x 224 at a short side of 256, or why it was refused; tools/compare_pixels.py compares them with Pillow's and
 * torchvision's.
 */
final class PixelHashes {
    private PixelHashes() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Preprocessing standard = Preprocessing.standard();
        PictureReader stretch = new PictureReader(standard);
        PictureReader crop = new PictureReader(standard.withResize(new Resize.ShortSideCrop(256, 224)));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                String name = folder.relativize(file).toString();
                try {
                    String decoded = DrawnPicture.sha256(stretch.decode(file).rgb());
                    out.println(name + "\t" + decoded + "\t" + resized(stretch, file) + "\t" + resized(crop, file));
                } catch (PictureException e) {
                    out.println(name + "\trefused\trefused\trefused\t" + e.getMessage());
                }
            }
        }
        out.flush();
    }

    private static String resized(PictureReader reader, Path file) throws PictureException {
        ByteBuffer slot = ByteBuffer.allocate(3 * 224 * 224);
        reader.readBytes(file, slot);
        return DrawnPicture.sha256(slot.array());
    }
}
