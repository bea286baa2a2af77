package io.motrds.api.query;

import static io.motrds.api.query.QueryEngineTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.InvalidKeyException;
import io.motrds.api.Key;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryTest {

    @Test
    void aNegativeOffsetOrLimitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Query.all().offset(-1));
        assertThrows(IllegalArgumentException.class, () -> Query.all().limit(-1));
        assertThrows(IllegalArgumentException.class, () -> Query.all().limit(Long.MIN_VALUE));
    }

    @Test
    void aQueryDoesNotChange() {
        Query all = Query.all();
        all.filter(Filter.keyPrefix("/a"))
                .order(Order.byKey())
                .offset(1)
                .limit(1)
                .keysOnly();
        assertEquals(Query.all(), all);
        List<Filter> filters = new ArrayList<>();
        Query query = new Query(Key.ROOT, filters, List.of(), 0, 1, Projection.KEYS);
        filters.add(Filter.keyPrefix("/a"));
        assertEquals(List.of(), query.filters());
        assertThrows(UnsupportedOperationException.class, () -> query.orders().add(Order.byKey()));
    }

    @Test
    void eachPartIsKept() {
        Query query = Query.under(Key.of("/p"))
                .filter(Filter.keyPrefix("/p/a"))
                .filter(Filter.key(Comparison.LESS, "/z"))
                .order(Order.byValue())
                .order(Order.byKeyDescending())
                .offset(3)
                .limit(4)
                .keysAndSizes();
        assertEquals(Key.of("/p"), query.prefix());
        assertEquals(List.of(Filter.keyPrefix("/p/a"), Filter.key(Comparison.LESS, "/z")), query.filters());
        assertEquals(List.of(Order.byValue(), Order.byKeyDescending()), query.orders());
        assertEquals(3, query.offset());
        assertEquals(4, query.limit());
        assertEquals(Projection.KEYS_AND_SIZES, query.projection());
    }

    @Test
    void aKeyFilterOfTextThatIsNoUnicodeIsRefused() {
        assertThrows(InvalidKeyException.class, () -> Filter.key(Comparison.EQUAL, "/\ud800"));
        assertThrows(InvalidKeyException.class, () -> Filter.keyPrefix("\udc00"));
    }

    @Test
    void aValueFiltersBytesAreItsOwnAndNotShown() {
        byte[] bytes = bytes("hunter2");
        Filter.ValueCompare filter = (Filter.ValueCompare) Filter.value(Comparison.EQUAL, bytes);
        bytes[0] = 'x';
        filter.bytes()[0] = 'x';
        assertTrue(filter.test(Entry.of(Key.of("/a"), bytes("hunter2"))));
        assertEquals(Filter.value(Comparison.EQUAL, bytes("hunter2")), filter);
        assertEquals(Filter.value(Comparison.EQUAL, bytes("hunter2")).hashCode(), filter.hashCode());
        assertNotEquals(Filter.value(Comparison.LESS, bytes("hunter2")), filter);
        assertFalse(filter.toString().contains("hunter2"), filter.toString());
    }

    @Test
    void valuesCompareAsUnsignedBytes() {
        Entry high = Entry.of(Key.of("/a"), new byte[] {(byte) 0x80});
        assertTrue(Filter.value(Comparison.GREATER, new byte[] {0x7f}).test(high));
        Entry low = Entry.of(Key.of("/b"), new byte[] {0x7f, (byte) 0xff});
        assertTrue(Order.byValue().comparator().compare(low, high) < 0);
        assertTrue(Order.byValueDescending().comparator().compare(low, high) > 0);
    }

    @Test
    void anEntryShowsItsSizeAndNotItsValue() {
        assertEquals("/a (7 B)", Entry.of(Key.of("/a"), bytes("hunter2")).toString());
        assertEquals("/a", Entry.ofKey(Key.of("/a")).toString());
        assertThrows(
                IllegalStateException.class, () -> Entry.ofKey(Key.of("/a")).requireValue());
    }

    @Test
    void entriesAreEqualByKeyValueAndSize() {
        Entry entry = Entry.of(Key.of("/a"), bytes("v"));
        assertEquals(Entry.of(Key.of("/a"), bytes("v")), entry);
        assertEquals(Entry.of(Key.of("/a"), bytes("v")).hashCode(), entry.hashCode());
        assertNotEquals(Entry.of(Key.of("/a"), bytes("w")), entry);
        assertNotEquals(Entry.ofSize(Key.of("/a"), 1), entry);
        assertNotEquals(Entry.ofKey(Key.of("/a")), Entry.ofSize(Key.of("/a"), 1));
    }
}
