package io.motrds.bench;

import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import org.apache.batik.transcoder.TranscoderException;
import org.apache.batik.transcoder.TranscoderInput;
import org.apache.batik.transcoder.TranscoderOutput;
import org.apache.batik.transcoder.image.ImageTranscoder;
import org.apache.batik.transcoder.image.PNGTranscoder;

/**
 * A drawing.
 *
 * @param name of its files, without ending
 * @param svg the drawing itself
 */
record Chart(String name, String title, String svg) {

    private static final float PNG_WIDTH = 1920;

    static Chart of(String name, String title, String svg) {
        return new Chart(name.replaceAll("[^A-Za-z0-9-]+", "-"), title, svg);
    }

    /** The same as PNG, twice as large. */
    byte[] png() {
        PNGTranscoder transcoder = new PNGTranscoder();
        transcoder.addTranscodingHint(ImageTranscoder.KEY_WIDTH, PNG_WIDTH);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            transcoder.transcode(new TranscoderInput(new StringReader(svg)), new TranscoderOutput(out));
        } catch (TranscoderException e) {
            throw new IllegalStateException("chart " + name + " cannot be drawn as PNG: " + e.getMessage(), e);
        }
        return out.toByteArray();
    }
}
