package io.motrds.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What no XML parser takes is replaced in a listing, and nothing else. */
class ReadableListingsTest {

    @Test
    void charactersThatXmlCannotSayAreReplaced() {
        assertEquals(
                "<T>\ufffd\ufffd\ufffd\ufffd|\ufffd\ufffd\ufffd\ufffd</T>",
                readable("<T>&#x01;&#1;&#xFFFF;&#xD800;|\u0001\u001f\ufffe\uffff</T>"));
        for (String each : new String[] {"&#1;", "&#xFFFF;", "\u0001", "\u001f", "\ufffe", "\uffff"}) {
            assertEquals("<T>\ufffd</T>", readable("<T>" + each + "</T>"));
        }
    }

    @Test
    void bytesThatAreNoUtf8AreReplaced() {
        assertEquals("<T>\ufffd", new String(ReadableListings.readable(new byte[] {'<', 'T', '>', -1}), UTF_8));
    }

    @Test
    void everythingElseStaysAsItIs() {
        String xml = "<T>&quot;a&amp;&#x9;&#10;&#xd;&#x1F600;\t\n\r\u007f\ufffd\ud83d\ude00&#$1\\</T>";
        assertEquals(xml, readable(xml));
        for (String each : new String[] {"", "<Key>k%20</Key>\n", "a&", "a&#", "&lt;"}) {
            assertEquals(each, readable(each));
        }
    }

    private static String readable(String xml) {
        return new String(ReadableListings.readable(xml.getBytes(UTF_8)), UTF_8);
    }
}
