package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.util.Map;
import org.apache.commons.configuration2.interpol.ConfigurationInterpolator;
import org.apache.commons.configuration2.interpol.DefaultLookups;
import org.apache.commons.configuration2.interpol.Lookup;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}} and {@code ${sys:name}}. Commons Configuration knows many more look-ups, files, DNS and
 * scripts among them; a configuration is data and needs none of those.
 */
final class LookUps {

    private static final Map<String, Lookup> ALLOWED = Map.of(
            "env", DefaultLookups.ENVIRONMENT.getLookup(),
            "sys", DefaultLookups.SYSTEM_PROPERTIES.getLookup());

    private LookUps() {}

    /**
     * Replaces the look-ups of a text.
     *
     * @param path where the text stands, for messages, which never show what a look-up gave
     */
    static String replace(String text, String path) {
        if (!text.contains("${")) {
            return text;
        }
        ConfigurationInterpolator interpolator = new ConfigurationInterpolator();
        interpolator.registerLookups(ALLOWED);
        interpolator.addDefaultLookup(variable -> refuse(variable, path));
        Object replaced = interpolator.interpolate(text);
        return String.valueOf(replaced);
    }

    private static @Nullable Object refuse(String variable, String path) {
        boolean known = ALLOWED.keySet().stream().anyMatch(prefix -> variable.startsWith(prefix + ":"));
        throw new MisconfiguredException(path + ": ${" + variable + "} "
                + (known ? "is not set" : "is no look-up that is allowed; there are ${env:NAME} and ${sys:name}"));
    }
}
