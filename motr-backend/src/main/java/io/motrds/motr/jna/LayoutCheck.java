package io.motrds.motr.jna;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.motrds.api.MisconfiguredException;
import io.motrds.motr.Fid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether a library is a libmotr whose layouts are those of {@link Layouts}, as far as that can be seen without a risk:
 * from its file before any code of it runs, from functions and data that need no client after the load, and from what
 * the client fills in when it has begun. A library that differs anywhere is refused, since nothing after that would
 * notice: a wrong offset is a wrong value, or the end of the process.
 */
final class LayoutCheck {
    private final Path library;

    LayoutCheck(Path library) {
        this.library = library;
    }

    /** That the file is a libmotr for this platform, before it is loaded: constructors run with the load. */
    void file() {
        try (FileChannel file = FileChannel.open(library, StandardOpenOption.READ)) {
            ByteBuffer head = read(file, 0, 64);
            demand(
                    head.getInt(0) == 0x464c457f && head.get(4) == 2 && head.getShort(18) == 62,
                    "it is no library of Linux on x86-64");
            String soname = soname(file, head);
            demand(soname.equals(Layouts.SONAME), "its soname is '" + soname + "', not " + Layouts.SONAME);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw refused("it cannot be read (" + e.getMessage() + ")");
        }
    }

    private static ByteBuffer read(FileChannel file, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("it ends early");
            }
        }
        return buffer;
    }

    /** The DT_SONAME of an ELF file: the dynamic section names it by an offset in a table of texts. */
    private static String soname(FileChannel file, ByteBuffer head) throws IOException {
        ByteBuffer sections = read(file, head.getLong(0x28), head.getShort(0x3c) * head.getShort(0x3a));
        for (int at = 0; at < sections.capacity(); at += head.getShort(0x3a)) {
            if (sections.getInt(at + 4) == 6) { // SHT_DYNAMIC; its link is the table of texts
                int texts = sections.getInt(at + 0x28) * head.getShort(0x3a);
                ByteBuffer dynamic = read(file, sections.getLong(at + 0x18), (int) sections.getLong(at + 0x20));
                for (int entry = 0; entry < dynamic.capacity(); entry += 16) {
                    if (dynamic.getLong(entry) == 14) { // DT_SONAME
                        long text = sections.getLong(texts + 0x18) + dynamic.getLong(entry + 8);
                        ByteBuffer name = read(file, text, (int) Math.min(64, file.size() - text));
                        String from =
                                StandardCharsets.ISO_8859_1.decode(name.flip()).toString();
                        return from.substring(0, Math.max(0, from.indexOf('\0')));
                    }
                }
            }
        }
        return "";
    }

    /** What shows without a client; called when the library is loaded. Gives the commit it was made of. */
    String loaded(NativeLibrary symbols) {
        Pointer build = new Pointer(LibMotr.m0_build_info_get());
        String version = build.getPointer(Layouts.BUILD_VERSION).getString(0);
        demand(version.equals(Layouts.VERSION), "it says that it is version '" + version + "'");
        Pointer uberRealm = symbols.getGlobalVariableAddress("M0_UBER_REALM");
        demand(isId(uberRealm, 0, 0, 1), "M0_UBER_REALM");
        demand(symbols.getGlobalVariableAddress("m0_dix_fid_type").getByte(0) == 'x', "m0_dix_fid_type");
        demand(1 << LibMotr.m0_pageshift_get() <= Layouts.ALIGNMENT, "m0_pageshift_get");
        Pointer scratch = new Pointer(NativeMemory.zeroed(Layouts.ENTITY_ROOM));
        try {
            identifiers(scratch);
            vectors(scratch);
        } finally {
            NativeMemory.free(Pointer.nativeValue(scratch));
        }
        return build.getPointer(Layouts.BUILD_COMMIT).getString(0);
    }

    private void identifiers(Pointer scratch) {
        long at = Pointer.nativeValue(scratch);
        scratch.setString(64, "0x1234:0x5678");
        demand(LibMotr.m0_uint128_sscanf(at + 64, at) == 0 && isId(scratch, 0, 0x1234, 0x5678), "m0_uint128");
        scratch.setString(64, "<0x7200000000000001:0x3>");
        demand(LibMotr.m0_fid_sscanf(at + 64, at) == 0 && isId(scratch, 0, 0x7200000000000001L, 3), "m0_fid");
    }

    private void vectors(Pointer scratch) {
        scratch.setMemory(0, Layouts.ENTITY_ROOM, (byte) -1);
        long at = Pointer.nativeValue(scratch);
        demand(LibMotr.m0_bufvec_alloc(at, 3, 24) == 0, "m0_bufvec_alloc");
        boolean asExpected = scratch.getInt(Layouts.BUFVEC_COUNT) == 3
                && scratch.getPointer(Layouts.BUFVEC_LENGTHS).getLong(2 * 8) == 24
                && scratch.getPointer(Layouts.BUFVEC_BUFFERS).getLong(2 * 8) != 0
                && scratch.getLong(Layouts.BUFVEC_BYTES) == -1;
        demand(asExpected, "m0_bufvec");
        LibMotr.m0_bufvec_free(at);
    }

    /** What the client fills in; called when it has begun, with nothing of it in use yet. */
    void begun(long client, long container) {
        Pointer realm = new Pointer(container);
        demand(entity(realm, Layouts.REALM, 0, 1, container), "m0_container");
        demand(realm.getLong(Layouts.REALM_CLIENT) == client, "m0_realm");
        demand(new Pointer(client).getLong(8) == LibMotr.m0_get(), "m0_client");
        Pointer scratch = new Pointer(NativeMemory.zeroed(3 * Layouts.ENTITY_ROOM));
        try {
            index(container, scratch);
            operation(container, scratch);
            object(container, scratch);
        } finally {
            NativeMemory.free(Pointer.nativeValue(scratch));
        }
    }

    private void index(long realm, Pointer scratch) {
        long entity = id(scratch, 0x7800000000000001L, 2);
        LibMotr.m0_idx_init(entity, realm, entity - Layouts.ID_BYTES);
        Pointer index = new Pointer(entity);
        boolean asExpected = entity(index, Layouts.INDEX, 0x7800000000000001L, 2, realm)
                && index.getInt(Layouts.ENTITY_STATE) == Layouts.ENTITY_INITIALISED
                && isZero(index, Layouts.INDEX_BYTES);
        LibMotr.m0_idx_fini(entity);
        demand(asExpected, "m0_idx");
    }

    private void object(long realm, Pointer scratch) {
        long entity = id(scratch, 1, 0x1234567L);
        LibMotr.m0_obj_init(entity, realm, entity - Layouts.ID_BYTES, Layouts.OBJECT_LAYOUT);
        Pointer object = new Pointer(entity);
        boolean asExpected = entity(object, Layouts.OBJECT, 1, 0x1234567L, realm)
                && object.getLong(Layouts.OBJECT_LAYOUT_ID) == Layouts.OBJECT_LAYOUT
                && isZero(object, Layouts.OBJECT_BYTES);
        LibMotr.m0_obj_fini(entity);
        demand(asExpected, "m0_obj");
        poolVersion(realm);
    }

    /** An object whose user knows its pool version is created within the process, and told the one there is. */
    private void poolVersion(long realm) {
        Pointer scratch = new Pointer(NativeMemory.zeroed(3 * Layouts.ENTITY_ROOM));
        long entity = id(scratch, 0x80000000L, 1);
        long out = entity - 2 * Layouts.ID_BYTES;
        LibMotr.m0_obj_init(entity, realm, entity - Layouts.ID_BYTES, Layouts.OBJECT_LAYOUT);
        Pointer object = new Pointer(entity);
        object.setInt(Layouts.ENTITY_FLAGS, Layouts.USER_KNOWS_POOL_VERSION);
        boolean asExpected = true;
        if (LibMotr.m0_entity_create(0, entity, out) == 0) { // else there is no pool
            long operation = new Pointer(out).getLong(0);
            LibMotr.m0_op_launch(out, 1);
            int state = new Pointer(operation).getInt(Layouts.OP_STATE);
            if (state != Layouts.STABLE && state != Layouts.FAILED) {
                throw refused("m0_obj is not laid out as expected"); // and its memory is Motr's for good
            }
            asExpected =
                    state == Layouts.FAILED || new Fid(object.getLong(Layouts.OBJECT_POOL_VERSION), 0).isPoolVersion();
            LibMotr.m0_op_fini(operation);
            LibMotr.m0_op_free(operation);
        }
        LibMotr.m0_obj_fini(entity);
        NativeMemory.free(Pointer.nativeValue(scratch));
        demand(asExpected, "m0_obj's pool version");
    }

    /** An operation that is never launched. */
    private void operation(long realm, Pointer scratch) {
        long entity = id(scratch, 0x7800000000000001L, 2);
        long out = entity - 2 * Layouts.ID_BYTES;
        LibMotr.m0_idx_init(entity, realm, entity - Layouts.ID_BYTES);
        demand(LibMotr.m0_idx_op(entity, Layouts.LOOKUP, 0, 0, 0, 0, out) == 0, "m0_idx_op");
        long operation = new Pointer(out).getLong(0);
        Pointer op = new Pointer(operation);
        boolean asExpected = op.getInt(Layouts.OP_CODE) == Layouts.LOOKUP
                && op.getInt(Layouts.OP_STATE) == Layouts.OP_INITIALISED
                && LibMotr.m0_rc(operation) == 0;
        LibMotr.m0_op_fini(operation);
        LibMotr.m0_op_free(operation);
        LibMotr.m0_idx_fini(entity);
        demand(asExpected, "m0_op");
    }

    /** Puts an identifier into the first page of zeroes, and gives the address behind it, for an entity. */
    private static long id(Pointer scratch, long high, long low) {
        scratch.setMemory(0, 3L * Layouts.ENTITY_ROOM, (byte) 0);
        int at = Layouts.ENTITY_ROOM - Layouts.ID_BYTES;
        scratch.setLong(at + Layouts.ID_HIGH, high);
        scratch.setLong(at + Layouts.ID_LOW, low);
        return Pointer.nativeValue(scratch) + Layouts.ENTITY_ROOM;
    }

    private static boolean entity(Pointer entity, int type, long high, long low, long realm) {
        return entity.getInt(Layouts.ENTITY_TYPE) == type
                && isId(entity, Layouts.ENTITY_ID, high, low)
                && entity.getLong(Layouts.ENTITY_REALM) == realm
                && entity.getInt(Layouts.ENTITY_RC) == 0;
    }

    private static boolean isId(Pointer at, int offset, long high, long low) {
        return at.getLong(offset + Layouts.ID_HIGH) == high && at.getLong(offset + Layouts.ID_LOW) == low;
    }

    private static boolean isZero(Pointer entity, int from) {
        for (int at = from; at < Layouts.ENTITY_ROOM; at++) {
            if (entity.getByte(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private void demand(boolean asExpected, String what) {
        if (!asExpected) {
            throw refused(what.contains(" ") ? what : what + " is not laid out as expected");
        }
    }

    /** The refusal of this library. */
    MisconfiguredException refused(String why) {
        return new MisconfiguredException("motrds: " + library + " cannot be used: " + why
                + ". Tried were " + Layouts.TRIED + ", on Linux on x86-64; give the path of such a " + Layouts.SONAME
                + " in `library`");
    }
}
