package dev.graft.examples.video;

import dev.graft.image.Pixels;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;

/** Draws a line of text and a bar of probability onto frames. */
final class Annotator {
    private static final Color SHADE = new Color(0, 0, 0, 170);
    private static final Color UNSURE = new Color(0x9AA0A6);
    private static final Color[] COLOURS = {
        new Color(0x4FC3F7),
        new Color(0xFFB74D),
        new Color(0x81C784),
        new Color(0xE57373),
        new Color(0xBA68C8),
        new Color(0xFFF176)
    };

    private Annotator() {}

    /**
     * A copy of the frame with the text over it.
     *
     * @param text such as "van 93%"
     * @param colour the class, whose colour the bar has; below 0 for none
     * @param share 0..1, the length of the bar
     * @return a picture of type 3BYTE_BGR
     * @throws IOException when this machine has no fonts
     */
    static BufferedImage draw(Pixels frame, String text, int colour, double share) throws IOException {
        BufferedImage image = image(frame);
        int height = Math.max(16, frame.height() / 9);
        int top = frame.height() - height;
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(SHADE);
            graphics.fillRect(0, top, frame.width(), height);
            graphics.setColor(colour < 0 ? UNSURE : COLOURS[colour % COLOURS.length]);
            graphics.fillRect(0, top, (int) Math.round(share * frame.width()), Math.max(2, height / 8));
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, height * 5 / 8));
            graphics.drawString(text, height / 3, top + height * 3 / 4 + height / 16);
        } catch (AWTError | RuntimeException | LinkageError e) {
            throw new IOException(
                    "video: this machine cannot draw text (" + e + "); install fontconfig and a font, such as the"
                            + " package fonts-dejavu-core, or leave out --out",
                    e);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static BufferedImage image(Pixels frame) {
        BufferedImage image = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        byte[] rgb = frame.rgb();
        for (int i = 0; i < bgr.length; i += 3) {
            bgr[i] = rgb[i + 2];
            bgr[i + 1] = rgb[i + 1];
            bgr[i + 2] = rgb[i];
        }
        return image;
    }
}
