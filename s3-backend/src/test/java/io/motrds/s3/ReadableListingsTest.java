package io.motrds.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What no XML parser takes is replaced in a listing, and nothing else. */
class ReadableListingsTest {

    @Test
    void charactersThatXmlCannotSayAreReplaced() {
        assertEquals(
                "<T>\ufffd\ufffd\ufffd\ufffd|\ufffd\ufffd\ufffd\ufffd</T>",
                ReadableListings.readable("<T>&#x01;&#1;&#xFFFF;&#xD800;|\u0001\u001f\ufffe\uffff</T>"));
    }

    @Test
    void everythingElseStaysAsItIs() {
        String xml = "<T>&quot;a&amp;&#x9;&#10;&#xd;&#x1F600;\t\n\r\u007f\ufffd\ud83d\ude00&#$1\\</T>";
        assertEquals(xml, ReadableListings.readable(xml));
    }
}
