package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FidTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x7800000000000123:0x123456780",
                "<0x7800000000000123:0x123456780>",
                " 7800000000000123:123456780 ",
                "0X7800000000000123:0X123456780"
            })
    void identifiersAreReadHoweverTheyAreWritten(String text) {
        assertEquals(new Fid(0x7800000000000123L, 0x123456780L), Fid.parse(text));
        assertEquals("0x7800000000000123:0x123456780", Fid.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0x1", "0x1:", "0x1:0x2:0x3", "<0x1:0x2", "0x1:0x2>", "0xg:0x1", "0x10000000000000000:0x1"})
    void malformedIdentifiersAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Fid.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x7800000100000001:0x1", "0x78ffffff00000001:0x1", "0x7880000000000001:0x1"})
    void indexesOnWhichMotrPanicsAreRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Fid.parse(text, Fid.INDEX));
    }

    @Test
    void identifiersOfAnotherTypeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Fid.parse("0x7200000000000001:0x3", Fid.INDEX));
        assertEquals(new Fid(0x7200000000000001L, 3), Fid.parse("0x7200000000000001:0x3", Fid.PROCESS));
    }
}
