package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PillowResizeTest {
    @Test
    void resize_goldenSizes_equalsPillow() {
        for (String[] row : DrawnPicture.table("resized.tsv")) {
            Pixels source = DrawnPicture.of(Integer.parseInt(row[0]), Integer.parseInt(row[1]));
            Pixels resized = PillowResize.resize(source, Integer.parseInt(row[3]), Integer.parseInt(row[2]));
            assertEquals(row[4], DrawnPicture.sha256(resized.rgb()), String.join(" ", row));
        }
    }

    @Test
    void shortSideCrop_goldenSizes_equalsTorchvision() throws PictureException {
        for (String[] row : DrawnPicture.table("cropped.tsv")) {
            Pixels source = DrawnPicture.of(Integer.parseInt(row[0]), Integer.parseInt(row[1]));
            Resize resize = new Resize.ShortSideCrop(Integer.parseInt(row[2]), Integer.parseInt(row[3]));
            ByteBuffer slot = ByteBuffer.allocate(3 * resize.height() * resize.width());
            new PictureReader(Preprocessing.standard().withResize(resize))
                    .readBytes(DrawnPicture.asPpm(source), "drawn", slot);
            assertEquals(row[4], DrawnPicture.sha256(slot.array()), String.join(" ", row));
        }
    }

    @Test
    void resize_sameSize_changesNothing() {
        Pixels source = DrawnPicture.of(31, 19);
        assertArrayEquals(source.rgb(), PillowResize.resize(source, 19, 31).rgb());
    }

    @Test
    void resize_sameScratchForManySizes_staysEqual() {
        Scratch scratch = new Scratch();
        for (int side : new int[] {40, 3, 90, 1, 17}) {
            Pixels source = DrawnPicture.of(side, 2 * side);
            byte[] result = scratch.result(3 * 8 * 6);
            Resize.Frame frame = new Resize.Stretch(8, 6).frame(side, 2 * side);
            PillowResize.resize(new Raster(side, 2 * side, source.rgb()), frame, scratch, result);
            byte[] alone = PillowResize.resize(source, 8, 6).rgb();
            assertArrayEquals(alone, Arrays.copyOf(result, alone.length), "side " + side);
        }
    }
}
