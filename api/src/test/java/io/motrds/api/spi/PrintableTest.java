package io.motrds.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void ordinaryTextStaysAsItIs() {
        assertEquals("grün 日本 😀 👩\u200d👧 \\", Printable.text("grün 日本 😀 👩\u200d👧 \\"));
    }

    @Test
    void whatSteersATerminalOrForgesALineShowsAsItsCode() {
        assertEquals("\\u001b\\u000a\\u007f\\u0085\\u202e\\u2028", Printable.text("\u001b\n\u007f\u0085\u202e\u2028"));
    }

    @Test
    void whatNobodySeesShowsAsItsCode() {
        assertEquals("levelds\\u200b\\ufeff\\u00ad", Printable.text("levelds\u200b\ufeff\u00ad"));
    }

    @Test
    void lonelySurrogatesShowAsTheirCodes() {
        assertEquals("a\\ud800b\\udc00", Printable.text("a\ud800b\udc00"));
    }

    @Test
    void aQuotationEndsAfterAHundredCodePoints() {
        assertEquals("\"" + "😀".repeat(100) + "\"", Printable.quoted("😀".repeat(100)));
        assertEquals("\"" + "😀".repeat(100) + "…\"", Printable.quoted("😀".repeat(101)));
    }
}
