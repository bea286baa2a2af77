package io.motrds.motr;

import io.motrds.api.RefusedInputException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the identifier that go-ds-motr shows for a name. */
@Command(
        name = "oid",
        description = {
            "Print the 128-bit identifier that go-ds-motr shows for a key: the first 16 bytes of",
            "its record's key, so keys that start alike share it. With --parse, read one.",
        },
        footer = {"  motrds oid foo", "  motrds oid 0x7800000000000123:4660 --parse"})
public final class OidCommand extends MotrCommand {
    private static final Pattern NUMBER = Pattern.compile("0[xX]([0-9a-fA-F]{1,16})|([0-9]{1,20})");

    @Parameters(paramLabel = "NAME", description = "The key's name, or the identifier.")
    String name = "";

    @Option(
            names = {"-P", "--parse"},
            description = "Read NAME as an identifier, HIGH:LOW, each decimal or with 0x.")
    boolean parse;

    @Option(names = "--json", order = 90, description = "Print one JSON object a line.")
    boolean json;

    /** For the service loader. */
    public OidCommand() {}

    @Override
    public Integer call() {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        Fid oid = parse ? parsed() : RecordName.toOid(bytes);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("oid", oid.toString());
            if (!parse) {
                fields.put("recordKey", HexFormat.of().formatHex(RecordName.toRecordKey(bytes)));
            }
            context().json(fields);
        } else {
            context().line(oid.toString());
        }
        return 0;
    }

    private Fid parsed() {
        String[] halves = name.split(":", -1);
        if (halves.length != 2) {
            throw new RefusedInputException("not an identifier: " + name + "; it is HIGH:LOW, as in 0x78:0x1");
        }
        return new Fid(number(halves[0]), number(halves[1]));
    }

    private long number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        try {
            if (matcher.matches()) {
                return matcher.group(1) != null
                        ? Long.parseUnsignedLong(matcher.group(1), 16)
                        : Long.parseUnsignedLong(matcher.group(2));
            }
        } catch (NumberFormatException e) {
            // more than 64 bits: refused with the others
        }
        throw new RefusedInputException(
                "not an identifier: " + name + "; each half is a number of 64 bits, decimal" + " or with 0x");
    }
}
