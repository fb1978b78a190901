package dev.graft.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;

/** A child to which the kernel refuses more memory: large pictures are refused, small ones are read on. Arguments: small, large ones. */
final class LittleNativeMemory {
    private static final long SPARE = 20L << 20;
    private static final Preprocessing SMALL = Preprocessing.standard().withResize(new Resize.Stretch(24, 20));

    private LittleNativeMemory() {}

    public static void main(String[] args) throws Exception {
        PictureReader reader = new PictureReader(SMALL);
        for (String file : args) read(reader, file); // loads all there is to load
        long bytes = Pointer.totalBytes();
        limit();
        for (int i = 1; i < args.length; i++) {
            try {
                read(reader, args[i]);
                System.out.println("read: " + args[i]);
            } catch (PictureException e) {
                System.out.println(e.getMessage());
            }
            read(reader, args[0]);
        }
        System.out.println(Pointer.totalBytes() - bytes + " left");
    }

    private static void read(PictureReader reader, String file) throws IOException {
        reader.readBytes(Path.of(file), ByteBuffer.allocate(3 * 24 * 20));
    }

    /** The child measures, and a first one does nothing: the thread that waits for children takes 64 MB of addresses when it starts. */
    private static void limit() throws IOException, InterruptedException {
        String pid = Long.toString(ProcessHandle.current().pid());
        String size = "$(awk '/^VmSize/ { print $2 }' /proc/" + pid + "/status)";
        String most = "$((" + size + " * 1024 + " + SPARE + "))";
        for (String command : new String[] {"true", "prlimit --pid " + pid + " --as=" + most + ":" + most}) {
            Process p = new ProcessBuilder("sh", "-c", command).inheritIO().start();
            if (p.waitFor() != 0) throw new IOException(command + " failed");
        }
    }
}
