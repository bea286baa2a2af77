package io.motrds.motr.jna;

/**
 * Sizes, offsets and constants of libmotr's structures on x86-64, in bytes: the same in every version that was tried
 * (from before July 2022 up to February 2024). What can be checked when the library is loaded is checked in {@link
 * NativeMotr}.
 */
final class Layouts {
    /** The versions of Motr that were tried. */
    static final String TRIED = "upstream commit 27e7f86ed (February 2024)";

    /** m0_config. */
    static final int CONFIG_BYTES = 72;

    static final int CONFIG_IS_OOSTORE = 0;
    static final int CONFIG_LOCAL_ADDR = 8;
    static final int CONFIG_HA_ADDR = 16;
    static final int CONFIG_PROCESS_FID = 24;
    static final int CONFIG_PROFILE = 32;
    static final int CONFIG_RECV_QUEUE_MIN_LEN = 40;
    static final int CONFIG_MAX_RPC_MSG_SIZE = 44;
    static final int CONFIG_INDEX_SERVICE_ID = 52;
    static final int CONFIG_INDEX_SERVICE_CONF = 56;

    /** m0_idx_dix_config. */
    static final int DIX_CONFIG_BYTES = 88;

    /** Motr's index service that is called DIX. */
    static final int DIX = 1;

    /** Room for an m0_idx or m0_container, whose sizes vary by build: twice the largest. */
    static final int ENTITY_ROOM = 1024;
    /** The return code within an m0_container that was initialised. */
    static final int REALM_RC = 128;

    /** m0_op: the operation's code. */
    static final int OP_CODE = 8;
    /** m0_op: its state. */
    static final int OP_STATE = 232;

    /** m0_bufvec: how many buffers. */
    static final int BUFVEC_COUNT = 0;
    /** m0_bufvec: the array of their lengths. */
    static final int BUFVEC_LENGTHS = 8;
    /** m0_bufvec: the array of their addresses. */
    static final int BUFVEC_BUFFERS = 16;
    /** m0_bufvec. */
    static final int BUFVEC_BYTES = 24;

    static final int GET = 15;
    static final int PUT = 16;
    static final int DEL = 17;
    static final int NEXT = 18;
    static final int LOOKUP = 19;

    static final int OBJECT_READ = 10;
    static final int OBJECT_WRITE = 11;

    /** m0_indexvec: the array of offsets, behind an m0_vec. */
    static final int INDEXVEC_OFFSETS = 16;

    /** Bytes of a block: extents of objects and their buffers are multiples of it. */
    static final int BLOCK = 4096;
    /** The layout of objects: units of 1 MiB. */
    static final int OBJECT_LAYOUT = 9;
    /** Bytes of one buffer of an object's operation. */
    static final int OBJECT_UNIT = 1 << 20;

    static final int INITIALISED = 1;
    static final int STABLE = 4;
    static final int FAILED = 5;
    /** STABLE or FAILED, as bits. */
    static final long ENDED = (1L << STABLE) | (1L << FAILED);

    static final int OVERWRITE = 1;
    static final int EXCLUDE_START_KEY = 2;
    static final int SYNC_WAIT = 4;

    private Layouts() {}
}
