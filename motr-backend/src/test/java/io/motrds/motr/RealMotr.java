package io.motrds.motr;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * The real cluster that tests are given, by system properties:
 *
 * <pre>{@code
 * -Dmotr.haAddr=inet:tcp:127.0.0.1@6001 -Dmotr.profileFid=0x7000000000000001:0x0
 * -Dmotr.localAddr=inet:tcp:127.0.0.1@6100 -Dmotr.processFid=0x7200000000000001:0x64 -Dmotr.clients=8
 * -Dmotr.library=/path/of/libmotr.so.2
 * }</pre>
 *
 * <p>Ports and process FIDs of so many clients follow each other: the first is this process, the others those that it
 * starts. {@code bench/motr/cluster} starts such a cluster. The indexes that tests make stay in it.
 */
public final class RealMotr {
    private static final Map<String, String> GIVEN =
            Map.of("haAddr", "haxAddr", "profileFid", "profileFid", "library", "library");
    private static final AtomicInteger CLIENT = new AtomicInteger();

    private RealMotr() {}

    /** The parameters of a store on the given cluster, for a client of its own; ends the test when there is none. */
    public static Map<String, String> parameters(Fid index, int client) {
        if (System.getProperty("motr.haAddr") == null) {
            Assumptions.abort("not run: tests on a real Motr cluster: -Dmotr.haAddr and others are not given");
        }
        Map<String, String> parameters = new HashMap<>();
        parameters.put("type", "motrds");
        parameters.put("index", index.toString());
        parameters.put("createIndex", "true");
        GIVEN.forEach((property, parameter) -> {
            String value = System.getProperty("motr." + property);
            if (value != null) {
                parameters.put(parameter, value);
            }
        });
        String address = System.getProperty("motr.localAddr");
        int port = address.indexOf('@') + 1;
        parameters.put("localAddr", address.substring(0, port) + (Integer.parseInt(address.substring(port)) + client));
        Fid process = Fid.parse(System.getProperty("motr.processFid"), Fid.PROCESS);
        parameters.put("processFid", new Fid(process.container(), process.key() + client).toString());
        return parameters;
    }

    /** The number of a client for a process that a test starts; each in turn, as the one before may still be ending. */
    public static int nextClient() {
        int others = Integer.getInteger("motr.clients", 1) - 1;
        if (others < 1) {
            Assumptions.abort("not run: tests on a real Motr cluster: -Dmotr.clients is not given, or 1");
        }
        return 1 + Math.floorMod(CLIENT.getAndIncrement(), others);
    }

    /** An index of a test's own. */
    public static Fid index(int number) {
        return new Fid(((long) Fid.INDEX << 56) | number, 1);
    }
}
