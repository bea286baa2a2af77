package io.motrds.api.query;

import java.util.Arrays;
import java.util.Comparator;

/** An order of results. Of several orders each decides where those before it see no difference; keys decide last. */
public sealed interface Order {

    /** Compares two entries, which have their values if {@link #needsValue}. */
    Comparator<Entry> comparator();

    /** Whether the order looks at values. */
    boolean needsValue();

    /** By the key's bytes. */
    static Order byKey() {
        return ByKey.ASCENDING;
    }

    /** By the key's bytes, descending. */
    static Order byKeyDescending() {
        return ByKey.DESCENDING;
    }

    /** By the value's bytes, unsigned. */
    static Order byValue() {
        return ByValue.ASCENDING;
    }

    /** By the value's bytes, unsigned, descending. */
    static Order byValueDescending() {
        return ByValue.DESCENDING;
    }

    /** By any comparator of entries with values. */
    static Order by(Comparator<Entry> comparator) {
        return new By(comparator, true);
    }

    /** By any comparator that looks at keys alone. */
    static Order byKey(Comparator<Entry> comparator) {
        return new By(comparator, false);
    }

    /** By key. */
    enum ByKey implements Order {
        /** The smallest key first. */
        ASCENDING,
        /** The largest key first. */
        DESCENDING;

        @Override
        public Comparator<Entry> comparator() {
            Comparator<Entry> ascending = Comparator.comparing(Entry::key);
            return this == ASCENDING ? ascending : ascending.reversed();
        }

        @Override
        public boolean needsValue() {
            return false;
        }
    }

    /** By value. */
    enum ByValue implements Order {
        /** The smallest value first. */
        ASCENDING,
        /** The largest value first. */
        DESCENDING;

        @Override
        public Comparator<Entry> comparator() {
            Comparator<Entry> ascending = (a, b) -> Arrays.compareUnsigned(a.requireValue(), b.requireValue());
            return this == ASCENDING ? ascending : ascending.reversed();
        }

        @Override
        public boolean needsValue() {
            return true;
        }
    }

    /**
     * By any comparator.
     *
     * @param comparator the comparator
     * @param needsValue whether it looks at values
     */
    record By(Comparator<Entry> comparator, boolean needsValue) implements Order {}
}
