package io.motrds.server.wire;

import io.motrds.api.Datastore;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.feature.Expiry;
import io.motrds.api.feature.Feature;
import io.motrds.api.feature.GarbageCollection;
import io.motrds.api.feature.Persistence;
import io.motrds.api.feature.Scrub;
import io.motrds.api.feature.Transactions;
import io.motrds.api.query.QueryPart;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Features and query parts as messages and back. */
public final class Features {

    private static final Map<Class<? extends Feature>, io.motrds.server.protocol.Feature> BY_TYPE = byType();

    private Features() {}

    private static Map<Class<? extends Feature>, io.motrds.server.protocol.Feature> byType() {
        Map<Class<? extends Feature>, io.motrds.server.protocol.Feature> all = new LinkedHashMap<>();
        all.put(Persistence.class, io.motrds.server.protocol.Feature.PERSISTENCE);
        all.put(AtomicBatches.class, io.motrds.server.protocol.Feature.ATOMIC_BATCHES);
        all.put(DiskUsage.class, io.motrds.server.protocol.Feature.DISK_USAGE);
        all.put(ConsistencyCheck.class, io.motrds.server.protocol.Feature.CONSISTENCY_CHECK);
        all.put(Scrub.class, io.motrds.server.protocol.Feature.SCRUB);
        all.put(GarbageCollection.class, io.motrds.server.protocol.Feature.GARBAGE_COLLECTION);
        all.put(Expiry.class, io.motrds.server.protocol.Feature.EXPIRY);
        all.put(Transactions.class, io.motrds.server.protocol.Feature.TRANSACTIONS);
        return all;
    }

    /** The features of a store. */
    public static List<io.motrds.server.protocol.Feature> of(Datastore store) {
        return BY_TYPE.entrySet().stream()
                .filter(each -> store.feature(each.getKey()).isPresent())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The message of a feature; one that has none is never declared. */
    public static io.motrds.server.protocol.Feature encode(Class<? extends Feature> type) {
        return BY_TYPE.getOrDefault(type, io.motrds.server.protocol.Feature.FEATURE_UNSPECIFIED);
    }

    /** Query parts as messages. */
    public static List<io.motrds.server.protocol.QueryPart> encode(Set<QueryPart> parts) {
        return parts.stream().sorted().map(Features::encode).toList();
    }

    private static io.motrds.server.protocol.QueryPart encode(QueryPart part) {
        return switch (part) {
            case KEY_RANGE -> io.motrds.server.protocol.QueryPart.KEY_RANGE;
            case KEY_ORDER -> io.motrds.server.protocol.QueryPart.KEY_ORDER;
            case KEY_ORDER_DESCENDING -> io.motrds.server.protocol.QueryPart.KEY_ORDER_DESCENDING;
            case OFFSET -> io.motrds.server.protocol.QueryPart.OFFSET;
            case KEYS_ONLY -> io.motrds.server.protocol.QueryPart.KEYS_ONLY;
            case SIZES -> io.motrds.server.protocol.QueryPart.SIZES;
        };
    }

    /** Query parts of a message; those of a newer server that are not known here are left out. */
    public static Set<QueryPart> decode(Collection<io.motrds.server.protocol.QueryPart> parts) {
        Set<QueryPart> known = EnumSet.noneOf(QueryPart.class);
        for (io.motrds.server.protocol.QueryPart part : parts) {
            switch (part) {
                case KEY_RANGE -> known.add(QueryPart.KEY_RANGE);
                case KEY_ORDER -> known.add(QueryPart.KEY_ORDER);
                case KEY_ORDER_DESCENDING -> known.add(QueryPart.KEY_ORDER_DESCENDING);
                case OFFSET -> known.add(QueryPart.OFFSET);
                case KEYS_ONLY -> known.add(QueryPart.KEYS_ONLY);
                case SIZES -> known.add(QueryPart.SIZES);
                case QUERY_PART_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
        return known;
    }
}
