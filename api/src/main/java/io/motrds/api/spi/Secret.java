package io.motrds.api.spi;

/** A configured value that is not shown. */
public final class Secret {
    private final String text;

    Secret(String text) {
        this.text = text;
    }

    /** The secret itself, for whoever needs it to authenticate. */
    public String reveal() {
        return text;
    }

    /** Stars. */
    @Override
    public String toString() {
        return "****";
    }
}
