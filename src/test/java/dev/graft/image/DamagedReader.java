package dev.graft.image;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Reads damaged files and prints one line; whatever else stands on its standard error is not Graft's. */
final class DamagedReader {
    private static final int CUTS = 12;
    private static final int MUTATIONS = 12;

    private DamagedReader() {}

    public static void main(String[] args) {
        PictureReader reader = new PictureReader(Preprocessing.standard());
        int refused = 0;
        List<byte[]> files = files();
        for (byte[] file : files) {
            try {
                reader.decode(file, "damaged");
            } catch (PictureException e) {
                refused++;
            }
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        out.println(refused + " refused, " + (files.size() - refused) + " read");
        out.flush();
    }

    private static List<byte[]> files() {
        List<byte[]> files = new ArrayList<>();
        Random random = new Random(17);
        for (String[] row : DrawnPicture.table("decoded.tsv")) {
            byte[] whole = DrawnPicture.file(row[0]);
            for (int i = 1; i < CUTS; i++) files.add(Arrays.copyOf(whole, whole.length * i / CUTS));
            if (row[0].endsWith(".jpg")) continue;
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutated = whole.clone();
                for (int k = random.nextInt(5); k >= 0; k--)
                    mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
                files.add(mutated);
            }
        }
        for (String[] row : DrawnPicture.rows("odd/table.tsv")) files.add(DrawnPicture.resource("odd/" + row[0]));
        return files;
    }
}
