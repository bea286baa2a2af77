package io.motrds.motr.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The functions of libmotr that are used; all are exported. Pointers are {@code long}: direct mapping calls fastest with
 * primitives. Whoever calls them answers for what Motr asserts, since a failed assertion ends the process.
 */
final class LibMotr {
    private LibMotr() {}

    /** Binds to a library that is loaded already. */
    static void bind(NativeLibrary library) {
        Native.register(LibMotr.class, library);
    }

    static native void m0_trace_set_mmapped_buffer(int mapped);

    static native int m0_client_init(long clientOut, long config, int initMotr);

    static native void m0_client_fini(long client, int finiMotr);

    static native void m0_container_init(long container, long parent, long id, long client);

    static native void m0_idx_init(long index, long realm, long id);

    static native void m0_idx_fini(long index);

    static native int m0_entity_create(long pool, long entity, long opOut);

    static native int m0_entity_delete(long entity, long opOut);

    static native int m0_idx_op(long index, int opcode, long keys, long values, long rcs, int flags, long opOut);

    static native int m0_entity_open(long entity, long opOut);

    static native void m0_obj_init(long object, long realm, long id, long layout);

    static native void m0_obj_fini(long object);

    static native int m0_obj_op(
            long object, int opcode, long extents, long data, long attributes, long mask, int flags, long opOut);

    static native int m0_sync_op_init(long opOut);

    static native int m0_sync_entity_add(long syncOp, long entity);

    static native void m0_op_launch(long ops, int count);

    static native int m0_op_wait(long op, long stateBits, long deadline);

    static native int m0_rc(long op);

    static native void m0_op_fini(long op);

    static native void m0_op_free(long op);

    static native void m0_free(long memory);

    static native long m0_time_now();

    static native long m0_get();

    static native long m0_build_info_get();

    static native int m0_pageshift_get();

    static native int m0_uint128_sscanf(long text, long out);

    static native int m0_fid_sscanf(long text, long out);

    static native int m0_bufvec_alloc(long vector, int count, long bytes);

    static native void m0_bufvec_free(long vector);
}
