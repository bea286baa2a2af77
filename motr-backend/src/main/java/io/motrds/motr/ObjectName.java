package io.motrds.motr;

import java.nio.ByteBuffer;

/**
 * Which object of Motr holds a generation's data, and where Motr put it. Motr can be asked to note the latter for each
 * object, in two more messages and a transaction of its own; instead it is written down here.
 *
 * @param generation of which the object's identifier is made
 * @param poolVersion the version of a pool, as Motr named it
 */
public record ObjectName(Generation generation, Fid poolVersion) {
    /** The pool version of a cluster that has none for objects. */
    public static final Fid NOWHERE = new Fid(0, 0);

    /** Its size in a record. */
    static final int BYTES = Generation.BYTES + Fid.BYTES;

    static ObjectName from(ByteBuffer buffer) {
        return new ObjectName(Generation.from(buffer), Fid.from(buffer));
    }

    void to(ByteBuffer buffer) {
        generation.to(buffer);
        poolVersion.to(buffer);
    }
}
