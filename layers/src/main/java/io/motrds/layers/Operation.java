package io.motrds.layers;

/** The operations of a store as logs and metrics name them. Where go-ds-measure has a name, it is that. */
enum Operation {
    GET("get"),
    GET_ALL("getall"),
    HAS("has"),
    SIZE("getsize"),
    PUT("put"),
    DELETE("delete"),
    QUERY("query"),
    SYNC("sync"),
    BATCH_PUT("batchput"),
    BATCH_DELETE("batchdelete"),
    BATCH_COMMIT("batchcommit"),
    DISK_USAGE("du"),
    CHECK("check"),
    SCRUB("scrub"),
    COLLECT_GARBAGE("gc"),
    SET_TIME_TO_LIVE("setttl"),
    EXPIRATION("getexpiration");

    private final String text;

    Operation(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
