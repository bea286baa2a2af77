package io.motrds.server;

/** The release of this code, as its jar tells it. */
final class Release {

    private Release() {}

    static String number() {
        String version = Release.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
