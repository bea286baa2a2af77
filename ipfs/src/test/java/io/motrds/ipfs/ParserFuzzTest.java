package io.motrds.ipfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import io.motrds.ipfs.cid.Multibase;
import io.motrds.ipfs.cid.Multihash;
import io.motrds.ipfs.dagpb.DagPbNode;
import java.nio.charset.StandardCharsets;

/**
 * Parsers meet anything with a result or with their own exception, and results survive writing and reading again. Here
 * runs what was found so far; {@code JAZZER_FUZZ=1} with one test searches on.
 */
class ParserFuzzTest {

    @FuzzTest(maxDuration = "3m")
    void cidText(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            Cid cid = Cid.parse(text);
            assertEquals(cid, Cid.parse(cid.toString()));
            assertEquals(cid, Cid.fromBytes(cid.toBytes()));
            assertEquals(cid.toV1(), Cid.parse(cid.toV1().toString(Multibase.BASE36)));
        } catch (InvalidCidException e) {
            return;
        }
    }

    @FuzzTest(maxDuration = "3m")
    void multibaseText(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        byte[] bytes;
        try {
            bytes = Multibase.decode(text);
        } catch (InvalidCidException e) {
            return;
        }
        Multibase base = Multibase.of(text);
        assertArrayEquals(bytes, Multibase.decode(base.encode(bytes)));
        assertEquals(text.length(), base.encode(bytes).length());
    }

    @FuzzTest(maxDuration = "3m")
    void cidAndMultihashBytes(byte[] input) {
        try {
            Cid cid = Cid.fromBytes(input);
            assertArrayEquals(input, cid.toBytes());
        } catch (InvalidCidException e) {
            // no CID; perhaps a multihash
        }
        try {
            Multihash hash = Multihash.fromBytes(input);
            assertArrayEquals(input, hash.toBytes());
        } catch (InvalidCidException e) {
            return;
        }
    }

    @FuzzTest(maxDuration = "3m")
    void dagPb(byte[] input) {
        DagPbNode node;
        try {
            node = DagPbNode.decode(input);
        } catch (MalformedBlockException e) {
            return;
        }
        byte[] canonical = node.encode();
        DagPbNode again = DagPbNode.decode(canonical);
        assertEquals(node.data(), again.data());
        assertEquals(node.links().size(), again.links().size());
        assertArrayEquals(canonical, again.encode());
    }
}
