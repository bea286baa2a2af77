package io.motrds.motr.jna;

/**
 * Sizes, offsets and constants of libmotr's structures on x86-64, in bytes: the same in every version that was tried.
 * {@link LayoutCheck} checks what of them can be seen when the library is loaded.
 */
final class Layouts {
    /** The versions of Motr that were tried, for messages. */
    static final String TRIED = "Motr 2.0.0, upstream commits from 3571bc949 (July 2022) to 27e7f86ed (February 2024)";
    /** What such a version calls itself. */
    static final String VERSION = "2.0.0";
    /** The name of its library. */
    static final String SONAME = "libmotr.so.2";

    /** m0_build_info: its version as text. */
    static final int BUILD_VERSION = 8;
    /** m0_build_info: the commit it was made of. */
    static final int BUILD_COMMIT = 16;

    /** m0_uint128 and m0_fid: an identifier. */
    static final int ID_BYTES = 16;

    static final int ID_HIGH = 0;
    static final int ID_LOW = 8;

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
    /** m0_entity, with which an m0_container, m0_idx and m0_obj begin: what it is. */
    static final int ENTITY_TYPE = 0;

    static final int ENTITY_ID = 8;
    static final int ENTITY_REALM = 24;
    static final int ENTITY_STATE = 32;
    /** Its return code; that of an m0_container says whether it was initialised. */
    static final int ENTITY_RC = 128;

    /** m0_container: its client. */
    static final int REALM_CLIENT = 448;
    /** m0_entity: its flags. */
    static final int ENTITY_FLAGS = 432;
    /** m0_obj: its layout. */
    static final int OBJECT_LAYOUT_ID = 448;
    /** m0_obj: the pool version that it is in. */
    static final int OBJECT_POOL_VERSION = 472;

    static final int REALM = 0;
    static final int OBJECT = 1;
    static final int INDEX = 2;
    /** The state of an entity that is neither open nor busy. */
    static final int ENTITY_INITIALISED = 1;

    /** Bytes of an m0_idx and an m0_obj. */
    static final int INDEX_BYTES = 464;

    static final int OBJECT_BYTES = 520;

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

    static final int SYNC = 3;
    static final int GET = 15;
    static final int PUT = 16;
    static final int DEL = 17;
    static final int NEXT = 18;
    static final int LOOKUP = 19;

    static final int OBJECT_READ = 10;
    static final int OBJECT_WRITE = 11;

    /** m0_indexvec: the array of offsets, behind an m0_vec. */
    static final int INDEXVEC_OFFSETS = 16;

    /** Bytes of one message between client and server. */
    static final int MESSAGE_BYTES = 131_072;
    /** Bytes of a block: extents of objects are multiples of it. */
    static final int BLOCK = 4096;
    /** Of which the addresses of objects' buffers are multiples: Motr's page. */
    static final int ALIGNMENT = 8192;
    /** The layout of objects: units of 1 MiB. */
    static final int OBJECT_LAYOUT = 9;
    /** Bytes of one buffer of an object's operation. */
    static final int OBJECT_UNIT = 1 << 20;

    static final int OP_INITIALISED = 1;
    static final int STABLE = 4;
    static final int FAILED = 5;
    /** STABLE or FAILED, as bits. */
    static final long ENDED = (1L << STABLE) | (1L << FAILED);

    static final int OVERWRITE = 1;
    static final int EXCLUDE_START_KEY = 2;
    static final int SYNC_WAIT = 4;

    /** The flag of an object whose pool version its user knows: Motr is not asked for it, nor told. */
    static final int USER_KNOWS_POOL_VERSION = 1;

    private Layouts() {}
}
