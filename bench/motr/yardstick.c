/*
 * The yardstick for the Java store: a C program that writes and reads the records of docs/motr-record-format.md, in the
 * same number of operations, with the same durability and the same window. What either writes, the other can read.
 *
 *   yardstick put|get VALUES BYTES RUN     values of a size, below /bench/RUN
 *   yardstick add TIMES BYTES RUN          a file of BYTES as IPFS adds one: pieces of 256 KiB, hashed, and their tree
 *
 * Environment: HAX_ADDR, LOCAL_ADDR, PROCESS_FID, PROFILE_FID, INDEX (0x78...:0x..., with its marker), WINDOW (32),
 * WINDOW_BYTES (16777216), OBJECTS_ABOVE (32768), BATCH_BYTES (33554432).
 *
 * Before the measured work comes the same work on 64 MiB, or one file. Values come in batches, as through Batch.commit
 * and getAll: generations for all are registered, then each is written
 * as soon as the window has room, its directory record is put together with up to 31 others, and the batch ends when all
 * is persistent. Within a batch nothing waits for anything else: when an operation ends, Motr's callback hands its lane
 * to the main thread, which begins the next step or the next value in it.
 */
#include "motr/client.h"
#include "motr/idx.h"
#include "lib/memory.h"
#include "lib/trace.h"
#include "fid/fid.h"
#include <errno.h>
#include <nmmintrin.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	CHUNK_KEY = 21, RECORD = 16384, CHUNK = RECORD - CHUNK_KEY, CHUNKS_PER_PUT = (1 << 20) / RECORD, CHUNKS_PER_GET = 7,
	RECORDS = 32, RECORDS_PER_GET = 64, MOST = 64, KEY = 128, INLINE = 512, DIRECTORY = 16 + 32 + 4,
	CHUNKS_RECORD = 16 + 20 + 4, REGISTRY = 1 + 16 + 4, SHORT_KEYS = 4,
	BLOCK = 4096, UNIT = 1 << 20, MAX_UNITS = 64, LEAF = 262144, LEAF_WRAPPED = LEAF + 14, LINKS = 174, LINK = 49,
	WARM_UP = 64 << 20
};

/* A value on its way: what the directory says about it, and its bytes. */
struct value {
	uint64_t  generation[2]; /* in the order of the record: big-endian */
	struct m0_fid pool_version; /* of an object */
	uint32_t  bytes;
	uint32_t  checksum;
	uint32_t  pieces_left;
	char      key[KEY];
	int       key_bytes;
	char     *data;          /* of a file's tree only */
};

/* One place of the window, with its memory. */
struct lane {
	struct lane        *next_free;
	struct lane        *next_ready;
	void              (*step)(struct lane *, int rc);
	struct m0_op       *op;
	struct m0_obj       obj;
	struct m0_uint128   id;
	struct value       *value;
	struct value       *values[MOST];
	int                 count;
	int                 first;
	uint64_t            weight;
	struct m0_bufvec    keys, vals;
	m0_bcount_t         key_bytes[MOST], val_bytes[MOST];
	void               *key_at[MOST], *val_at[MOST];
	char                key_room[MOST][KEY];
	char                val_room[MOST][DIRECTORY];
	int32_t             rcs[MOST];
	struct m0_indexvec  extents;
	struct m0_bufvec    data, attributes;
	m0_bcount_t         extent_bytes[MAX_UNITS], attribute_bytes[MAX_UNITS];
	m0_bindex_t         extent_at[MAX_UNITS];
	void               *data_at[MAX_UNITS], *attribute_at[MAX_UNITS];
	char               *room;
};

static struct m0_client        *client;
static struct m0_container      container;
static struct m0_config         config;
static struct m0_idx_dix_config dix;
static struct m0_idx            idx;

static int            window, in_flight, objects_above;
static uint64_t       window_bytes, bytes_in_flight, batch_bytes;
static struct lane   *free_lanes;
static struct lane   *ready;
static pthread_mutex_t ready_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t  ready_some = PTHREAD_COND_INITIALIZER;
static struct value  *to_commit[RECORDS];
static int            to_commit_count;
static uint32_t       value_bytes;
static char          *pattern;
static struct m0_fid  pool_version; /* that Motr puts new objects into */

static void fail(const char *what, int rc)
{
	fprintf(stderr, "yardstick: %s: %d\n", what, rc);
	exit(1);
}

static const char *given(const char *name, const char *otherwise)
{
	const char *value = getenv(name) ?: otherwise;

	if (value == NULL)
		fail(name, -EINVAL);
	return value;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* CRC-32C with the processor's instruction; begun with all ones, and inverted at the end. */
static uint32_t crc(uint32_t begun, const char *data, size_t bytes)
{
	uint64_t c = begun;

	for (; bytes >= 8; bytes -= 8, data += 8)
		c = _mm_crc32_u64(c, *(const uint64_t *)data);
	for (; bytes > 0; bytes--, data++)
		c = _mm_crc32_u8(c, *data);
	return c;
}

static uint32_t be32(uint32_t x) { return __builtin_bswap32(x); }
static uint64_t be64(uint64_t x) { return __builtin_bswap64(x); }

/* ---- lanes ---- */

static void stable(struct m0_op *op)
{
	struct lane *lane = op->op_datum;

	pthread_mutex_lock(&ready_lock);
	lane->next_ready = ready;
	ready = lane;
	pthread_cond_signal(&ready_some);
	pthread_mutex_unlock(&ready_lock);
}

static const struct m0_op_ops callbacks = { .oop_stable = stable, .oop_failed = stable };

static void launch(struct lane *lane, void (*step)(struct lane *, int))
{
	lane->step = step;
	lane->op->op_datum = lane;
	m0_op_setup(lane->op, &callbacks, 0);
	m0_op_launch(&lane->op, 1);
}

/* Waits until some lanes' operations have ended, and lets each go on. */
static void turn(void)
{
	struct lane *lane, *next, *oldest = NULL;

	pthread_mutex_lock(&ready_lock);
	while (ready == NULL)
		pthread_cond_wait(&ready_some, &ready_lock);
	lane = ready;
	ready = NULL;
	pthread_mutex_unlock(&ready_lock);
	for (; lane != NULL; lane = next) { /* in the order in which they ended */
		next = lane->next_ready;
		lane->next_ready = oldest;
		oldest = lane;
	}
	for (lane = oldest; lane != NULL; lane = next) {
		int rc;

		next = lane->next_ready;
		/* the callback ran with the operation's lock held */
		rc = m0_op_wait(lane->op, M0_BITS(M0_OS_FAILED, M0_OS_STABLE), M0_TIME_NEVER) ?: m0_rc(lane->op);
		m0_op_fini(lane->op);
		m0_op_free(lane->op);
		lane->op = NULL;
		lane->step(lane, rc);
	}
}

static struct lane *enter(uint64_t weight)
{
	struct lane *lane;

	while (in_flight == window || (in_flight > 0 && bytes_in_flight + weight > window_bytes))
		turn();
	lane = free_lanes;
	free_lanes = lane->next_free;
	lane->weight = weight;
	in_flight++;
	bytes_in_flight += weight;
	return lane;
}

static void leave(struct lane *lane)
{
	in_flight--;
	bytes_in_flight -= lane->weight;
	lane->next_free = free_lanes;
	free_lanes = lane;
}

static void drain(void)
{
	while (in_flight > 0)
		turn();
}

/* ---- records ---- */

static int put_key(char *at, char zone, const void *rest, int bytes)
{
	at[0] = zone;
	memcpy(at + 1, rest, bytes);
	return 1 + bytes;
}

static int chunk_key(char *at, const struct value *value, uint32_t number)
{
	uint32_t be = be32(number);

	put_key(at, 2, value->generation, 16);
	memcpy(at + 17, &be, 4);
	return CHUNK_KEY;
}

/* An identifier as records have it; returns its size. */
static int put_fid(char *at, const struct m0_fid *fid)
{
	uint64_t be[2] = { be64(fid->f_container), be64(fid->f_key) };

	memcpy(at, be, sizeof be);
	return sizeof be;
}

static void take_fid(const char *at, struct m0_fid *fid)
{
	uint64_t be[2];

	memcpy(be, at, sizeof be);
	*fid = (struct m0_fid){ be64(be[0]), be64(be[1]) };
}

/* A directory record; returns its size. */
static int encode(const struct value *value, const char *place, int place_bytes, char *at)
{
	bool     object = value->bytes > objects_above;
	uint64_t size = be64(value->bytes);
	uint32_t part = be32(value->checksum);
	int      bytes = 16 + 16;

	at[0] = 1;
	at[1] = object ? 2 : 1;
	at[2] = at[3] = 0;
	memcpy(at + 4, &size, 8);
	memcpy(at + 12, &part, 4);
	memcpy(at + 16, value->generation, 16);
	if (object) {
		bytes += put_fid(at + bytes, &value->pool_version);
	} else {
		part = be32(CHUNK);
		memcpy(at + bytes, &part, 4);
		bytes += 4;
	}
	part = be32(~crc(crc(~0U, place, place_bytes), at, bytes));
	memcpy(at + bytes, &part, 4);
	return bytes + 4;
}

static void index_op(struct lane *lane, int opcode, int count, bool overwrite, void (*step)(struct lane *, int))
{
	int  rc;
	bool put = opcode == M0_IC_PUT;

	lane->count = count;
	lane->keys = (struct m0_bufvec){ .ov_vec = { .v_nr = count, .v_count = lane->key_bytes }, .ov_buf = lane->key_at };
	lane->vals = (struct m0_bufvec){ .ov_vec = { .v_nr = count, .v_count = lane->val_bytes }, .ov_buf = lane->val_at };
	memset(lane->rcs, 0, count * sizeof lane->rcs[0]);
	if (!put) {
		memset(lane->val_bytes, 0, count * sizeof lane->val_bytes[0]);
		memset(lane->val_at, 0, count * sizeof lane->val_at[0]);
	}
	rc = m0_idx_op(&idx, opcode, &lane->keys, &lane->vals, lane->rcs,
		       put ? M0_OIF_SYNC_WAIT | (overwrite ? M0_OIF_OVERWRITE : 0) : 0, &lane->op);
	if (rc != 0)
		fail("m0_idx_op", rc);
	launch(lane, step);
}

static void check_codes(struct lane *lane, int rc, const char *what)
{
	int i;

	for (i = 0; rc == 0 && i < lane->count; i++)
		rc = lane->rcs[i];
	if (rc != 0)
		fail(what, rc);
}

/* ---- writing ---- */

static void registered(struct lane *lane, int rc)
{
	check_codes(lane, rc, "registering");
	leave(lane);
}

static void register_all(struct value *values, int count)
{
	struct timespec t;
	uint32_t seal;
	int i, j;

	for (i = 0; i < count; i += RECORDS) {
		int n = count - i < RECORDS ? count - i : RECORDS;
		struct lane *lane = enter(n * (17 + REGISTRY));

		clock_gettime(CLOCK_REALTIME, &t);
		for (j = 0; j < n; j++) {
			struct value *value = &values[i + j];

			value->generation[0] = be64(t.tv_sec * 1000ULL + t.tv_nsec / 1000000);
			value->generation[1] = ((uint64_t)random() << 33) ^ ((uint64_t)random() << 11) ^ random();
			lane->key_at[j] = lane->key_room[j];
			lane->key_bytes[j] = put_key(lane->key_room[j], 1, value->generation, 16);
			value->pool_version = pool_version;
			lane->val_at[j] = lane->val_room[j];
			lane->val_bytes[j] = REGISTRY;
			lane->val_room[j][0] = 1;
			put_fid(lane->val_room[j] + 1, &pool_version);
			seal = be32(~crc(crc(~0U, lane->key_room[j], 17), lane->val_room[j], 17));
			memcpy(lane->val_room[j] + 17, &seal, 4);
		}
		index_op(lane, M0_IC_PUT, n, true, registered);
	}
	drain();
}

static void committed(struct lane *lane, int rc)
{
	check_codes(lane, rc, "committing");
	leave(lane);
}

/* Puts the directory records that wait, in this lane. */
static void commit_in(struct lane *lane)
{
	int i, count = to_commit_count;

	for (i = 0; i < count; i++) {
		struct value *value = to_commit[i];

		lane->key_at[i] = lane->key_room[i];
		lane->key_bytes[i] = put_key(lane->key_room[i], SHORT_KEYS, value->key, value->key_bytes);
		lane->val_at[i] = lane->val_room[i];
		lane->val_bytes[i] = encode(value, lane->key_room[i], lane->key_bytes[i], lane->val_room[i]);
	}
	to_commit_count = 0;
	index_op(lane, M0_IC_PUT, count, false, committed);
}

/* The data of a value is persistent. */
static void stored(struct lane *lane, struct value *value)
{
	to_commit[to_commit_count++] = value;
	if (to_commit_count == RECORDS)
		commit_in(lane);
	else
		leave(lane);
}

static void chunks_written(struct lane *lane, int rc)
{
	check_codes(lane, rc, "writing chunks");
	if (--lane->value->pieces_left == 0)
		stored(lane, lane->value);
	else
		leave(lane);
}

static void write_chunks(struct value *value, char *data)
{
	uint32_t chunks = (value->bytes + CHUNK - 1) / CHUNK, number, i;

	value->pieces_left = (chunks + CHUNKS_PER_PUT - 1) / CHUNKS_PER_PUT;
	for (number = 0; number < chunks; number += CHUNKS_PER_PUT) {
		uint32_t n = chunks - number < CHUNKS_PER_PUT ? chunks - number : CHUNKS_PER_PUT;
		struct lane *lane = enter(n * RECORD);

		lane->value = value;
		for (i = 0; i < n; i++) {
			size_t at = (size_t)(number + i) * CHUNK;

			lane->key_at[i] = lane->key_room[i];
			lane->key_bytes[i] = chunk_key(lane->key_room[i], value, number + i);
			lane->val_at[i] = data + at;
			lane->val_bytes[i] = value->bytes - at < CHUNK ? value->bytes - at : CHUNK;
		}
		index_op(lane, M0_IC_PUT, n, true, chunks_written);
	}
}

static void begin_object(struct lane *lane, struct value *value, void (*step)(struct lane *, int))
{
	int rc;

	lane->value = value;
	lane->id.u_hi = (be64(value->generation[0]) & 0x7fffffff) | 0x80000000;
	lane->id.u_lo = be64(value->generation[1]);
	memset(&lane->obj, 0, sizeof lane->obj);
	m0_obj_init(&lane->obj, &container.co_realm, &lane->id, 9);
	/* we note the pool version, Motr need not: this create sends nothing */
	lane->obj.ob_entity.en_flags |= M0_ENF_META;
	lane->obj.ob_attr.oa_pver = value->pool_version;
	rc = m0_entity_create(NULL, &lane->obj.ob_entity, &lane->op);
	if (rc != 0)
		fail("m0_entity_create", rc);
	launch(lane, step);
}

/* With an object that is never written. */
static void learn_pool_version(void)
{
	struct m0_uint128 id = { 0x80000000, 1 };
	struct m0_op     *op = NULL;
	struct m0_obj     obj = {};
	int               rc;

	m0_obj_init(&obj, &container.co_realm, &id, 9);
	obj.ob_entity.en_flags |= M0_ENF_META;
	rc = m0_entity_create(NULL, &obj.ob_entity, &op);
	if (rc != 0)
		fail("m0_entity_create", rc);
	m0_op_launch(&op, 1);
	rc = m0_op_wait(op, M0_BITS(M0_OS_FAILED, M0_OS_STABLE), M0_TIME_NEVER) ?: m0_rc(op);
	if (rc != 0)
		fail("asking for a pool version", rc);
	m0_op_fini(op);
	m0_op_free(op);
	pool_version = obj.ob_attr.oa_pver;
	m0_obj_fini(&obj);
}

static void object_io(struct lane *lane, int opcode, char *data, void (*step)(struct lane *, int))
{
	uint32_t padded = (lane->value->bytes + BLOCK - 1) / BLOCK * BLOCK, n = (padded + UNIT - 1) / UNIT, i;
	int      rc;

	for (i = 0; i < n; i++) {
		lane->extent_at[i] = (m0_bindex_t)i * UNIT;
		lane->extent_bytes[i] = padded - i * UNIT < UNIT ? padded - i * UNIT : UNIT;
		lane->data_at[i] = data + (size_t)i * UNIT;
		lane->attribute_bytes[i] = 0;
	}
	lane->extents = (struct m0_indexvec){ .iv_vec = { .v_nr = n, .v_count = lane->extent_bytes },
					      .iv_index = lane->extent_at };
	lane->data = (struct m0_bufvec){ .ov_vec = { .v_nr = n, .v_count = lane->extent_bytes },
					 .ov_buf = lane->data_at };
	lane->attributes = (struct m0_bufvec){ .ov_vec = { .v_nr = n, .v_count = lane->attribute_bytes },
					       .ov_buf = lane->attribute_at };
	rc = m0_obj_op(&lane->obj, opcode, &lane->extents, &lane->data, &lane->attributes, 0, 0, &lane->op);
	if (rc != 0)
		fail("m0_obj_op", rc);
	launch(lane, step);
}

static void object_synced(struct lane *lane, int rc)
{
	if (rc != 0)
		fail("making an object persistent", rc);
	m0_obj_fini(&lane->obj);
	stored(lane, lane->value);
}

static void object_written(struct lane *lane, int rc)
{
	rc = rc ?: m0_sync_op_init(&lane->op) ?: m0_sync_entity_add(lane->op, &lane->obj.ob_entity);
	if (rc != 0)
		fail("writing an object", rc);
	launch(lane, object_synced);
}

static void object_created(struct lane *lane, int rc)
{
	if (rc != 0)
		fail("creating an object", rc);
	object_io(lane, M0_OC_WRITE, lane->value->data ?: pattern, object_written);
}

static void write_object(struct value *value)
{
	begin_object(enter(value->bytes), value, object_created);
}

static void write_value(struct value *value)
{
	char *data = value->data ?: pattern;

	value->checksum = ~crc(~0U, data, value->bytes);
	if (value->bytes > objects_above)
		write_object(value);
	else
		write_chunks(value, data);
}

static void write_all(struct value *values, int count)
{
	int i;

	register_all(values, count);
	for (i = 0; i < count; i++)
		write_value(&values[i]);
	drain();
	if (to_commit_count > 0)
		commit_in(enter(1));
	drain();
}

/* ---- reading ---- */

static void take(struct lane *lane, int i, void *into, size_t bytes, const char *what)
{
	if (lane->val_bytes[i] != bytes)
		fail(what, -EPROTO);
	memcpy(into, lane->val_at[i], bytes);
	m0_free(lane->val_at[i]);
}

static void found(struct lane *lane, int rc)
{
	int  i;
	char record[DIRECTORY], expected[DIRECTORY];

	check_codes(lane, rc, "reading the directory");
	for (i = 0; i < lane->count; i++) {
		struct value *value = lane->values[i];
		uint32_t      part;

		take(lane, i, record, value->bytes > objects_above ? DIRECTORY : CHUNKS_RECORD, "a directory record");
		memcpy(&part, record + 12, 4);
		value->checksum = be32(part);
		memcpy(value->generation, record + 16, 16);
		if (value->bytes > objects_above)
			take_fid(record + 32, &value->pool_version);
		encode(value, lane->key_room[i], lane->key_bytes[i], expected);
		if (memcmp(record, expected, value->bytes > objects_above ? DIRECTORY : CHUNKS_RECORD) != 0)
			fail("a directory record", -EPROTO);
	}
	leave(lane);
}

static void find_all(struct value *values, int count)
{
	int i, j;

	for (i = 0; i < count; i += RECORDS_PER_GET) {
		int n = count - i < RECORDS_PER_GET ? count - i : RECORDS_PER_GET;
		struct lane *lane = enter(n * 532);

		for (j = 0; j < n; j++) {
			lane->values[j] = &values[i + j];
			lane->key_at[j] = lane->key_room[j];
			lane->key_bytes[j] = put_key(lane->key_room[j], SHORT_KEYS, values[i + j].key, values[i + j].key_bytes);
		}
		index_op(lane, M0_IC_GET, n, false, found);
	}
	drain();
}

static void check_value(struct value *value)
{
	if (~crc(~0U, value->data, value->bytes) != value->checksum)
		fail("a value's checksum", -EPROTO);
}

static void chunks_read(struct lane *lane, int rc)
{
	int i;

	check_codes(lane, rc, "reading chunks");
	for (i = 0; i < lane->count; i++) {
		size_t at = (size_t)(lane->first + i) * CHUNK, left = lane->value->bytes - at;

		take(lane, i, lane->value->data + at, left < CHUNK ? left : CHUNK, "a chunk");
	}
	if (--lane->value->pieces_left == 0)
		check_value(lane->value);
	leave(lane);
}

static void object_read(struct lane *lane, int rc)
{
	if (rc != 0)
		fail("reading an object", rc);
	m0_obj_fini(&lane->obj);
	check_value(lane->value);
	leave(lane);
}

static void object_opened(struct lane *lane, int rc)
{
	if (rc != 0)
		fail("opening an object", rc);
	if (!m0_fid_eq(&lane->obj.ob_attr.oa_pver, &lane->value->pool_version))
		fail("an object's pool version", -EPROTO);
	object_io(lane, M0_OC_READ, lane->value->data, object_read);
}

static void read_value(struct value *value)
{
	uint32_t chunks = (value->bytes + CHUNK - 1) / CHUNK, number, i;

	value->data = aligned_alloc(BLOCK, (value->bytes + BLOCK - 1) / BLOCK * BLOCK);
	if (value->data == NULL)
		fail("memory", -ENOMEM);
	if (value->bytes > objects_above) {
		begin_object(enter(value->bytes), value, object_opened);
		return;
	}
	value->pieces_left = (chunks + CHUNKS_PER_GET - 1) / CHUNKS_PER_GET;
	for (number = 0; number < chunks; number += CHUNKS_PER_GET) {
		uint32_t n = chunks - number < CHUNKS_PER_GET ? chunks - number : CHUNKS_PER_GET;
		struct lane *lane = enter(n * CHUNK);

		lane->value = value;
		lane->first = number;
		for (i = 0; i < n; i++) {
			lane->key_at[i] = lane->key_room[i];
			lane->key_bytes[i] = chunk_key(lane->key_room[i], value, number + i);
		}
		index_op(lane, M0_IC_GET, n, false, chunks_read);
	}
}

/* ---- what is measured ---- */

static void values(bool put, int count, const char *run)
{
	int           per_batch = batch_bytes / value_bytes > 0 ? batch_bytes / value_bytes : 1, i, j;
	struct value *batch = calloc(per_batch, sizeof *batch);

	for (i = 0; i < count; i += per_batch) {
		int n = count - i < per_batch ? count - i : per_batch;

		for (j = 0; j < n; j++) {
			batch[j].bytes = value_bytes;
			batch[j].data = NULL;
			batch[j].key_bytes = snprintf(batch[j].key, KEY, "/bench/%s/%08d", run, i + j);
		}
		if (put) {
			write_all(batch, n);
		} else {
			find_all(batch, n);
			for (j = 0; j < n; j++)
				read_value(&batch[j]);
			drain();
			/* whoever asked for them has them all by now */
			for (j = 0; j < n; j++)
				free(batch[j].data);
		}
	}
	free(batch);
}

/* Names a block by its SHA-256. */
static void name(struct value *value, const char *run)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	int           i, at;

	EVP_Digest(value->data, value->bytes, hash, NULL, EVP_sha256(), NULL);
	at = snprintf(value->key, KEY, "/blocks/%s", run);
	for (i = 0; i < 20; i++)
		at += snprintf(value->key + at, KEY - at, "%02X", hash[i]);
	value->key_bytes = at;
}

/* Adds a file: its pieces, the nodes above them, and at last the root. */
static void add(uint32_t bytes, int time, const char *run)
{
	int           leaves = (bytes + LEAF - 1) / LEAF, nodes = (leaves + LINKS - 1) / LINKS, i;
	int           all = leaves + nodes;
	struct value *values = calloc(all + 1, sizeof *values);
	size_t        room = (LEAF_WRAPPED + BLOCK - 1) / BLOCK * BLOCK;
	static char  *memory;

	if (memory == NULL)
		memory = aligned_alloc(BLOCK, room * (all + 1));

	register_all(values, all + 1);
	for (i = 0; i <= all; i++) {
		struct value *value = &values[i];

		value->bytes = i < leaves ? LEAF_WRAPPED : i < all ? LINKS * LINK : nodes * LINK;
		value->bytes = value->bytes <= INLINE ? INLINE + 1 : value->bytes;
		value->data = memory + i * room;
		memset(value->data + value->bytes, 0, room - value->bytes);
		memcpy(value->data, pattern, value->bytes); /* as read from the file */
		((int *)value->data)[0] = i;
		((int *)value->data)[1] = time;
		name(value, run);
		if (i == all) {
			drain();
			if (to_commit_count > 0)
				commit_in(enter(1));
			drain();
		}
		write_value(value);
	}
	drain();
	commit_in(enter(1));
	drain();
	free(values);
}

/* As the Java side does: the first runs of anything are not those of a store that serves for long. */
static int warm_up(char what, int count)
{
	int most = WARM_UP / value_bytes > 0 ? WARM_UP / value_bytes : 1;

	return what == 'a' ? 1 : count < most ? count : most;
}

static void work(char what, int count, const char *run, bool warming)
{
	char name[KEY];
	int  i;

	snprintf(name, sizeof name, "%s%s", run, warming && what != 'g' ? "-warm-up" : "");
	if (what == 'a')
		for (i = 0; i < count; i++)
			add(value_bytes, i, name);
	else
		values(what == 'p', count, name);
}

static void connect_client(void)
{
	struct m0_uint128 id;
	struct m0_fid     fid;
	int               rc;

	config.mc_is_oostore = true;
	config.mc_local_addr = given("LOCAL_ADDR", NULL);
	config.mc_ha_addr = given("HAX_ADDR", NULL);
	config.mc_process_fid = given("PROCESS_FID", NULL);
	config.mc_profile = given("PROFILE_FID", "0x7000000000000001:0x0");
	config.mc_tm_recv_queue_min_len = 16;
	config.mc_max_rpc_msg_size = 131072;
	config.mc_idx_service_id = M0_IDX_DIX;
	config.mc_idx_service_conf = &dix;
	m0_trace_set_mmapped_buffer(false);
	rc = m0_client_init(&client, &config, true);
	if (rc != 0)
		fail("m0_client_init", rc);
	m0_container_init(&container, NULL, &M0_UBER_REALM, client);
	if (m0_fid_sscanf(given("INDEX", NULL), &fid) != 0)
		fail("INDEX", -EINVAL);
	id = (struct m0_uint128){ .u_hi = fid.f_container, .u_lo = fid.f_key };
	m0_idx_init(&idx, &container.co_realm, &id);
	learn_pool_version();
}

int main(int argc, char **argv)
{
	int      i, count;
	double   begin, seconds;
	uint64_t bytes;

	if (argc != 5 || (strcmp(argv[1], "put") && strcmp(argv[1], "get") && strcmp(argv[1], "add"))) {
		fprintf(stderr, "usage: yardstick put|get VALUES BYTES RUN | add TIMES BYTES RUN\n");
		return 2;
	}
	count = atoi(argv[2]);
	bytes = atoll(argv[3]);
	window = atoi(given("WINDOW", "32"));
	window_bytes = atoll(given("WINDOW_BYTES", "16777216"));
	batch_bytes = atoll(given("BATCH_BYTES", "33554432"));
	objects_above = atoi(given("OBJECTS_ABOVE", "32768"));
	value_bytes = bytes;
	srandom(time(NULL) ^ getpid());
	i = bytes > LEAF_WRAPPED ? bytes : LEAF_WRAPPED;
	if (argv[1][0] == 'a')
		i = LEAF_WRAPPED;
	pattern = aligned_alloc(BLOCK, (i + BLOCK - 1) / BLOCK * BLOCK);
	for (int at = 0; at < (i + BLOCK - 1) / BLOCK * BLOCK; at++)
		pattern[at] = random();
	/* what lies behind a value in its last block is zero */
	if (argv[1][0] != 'a')
		memset(pattern + bytes, 0, (i + BLOCK - 1) / BLOCK * BLOCK - bytes);
	for (i = 0; i < window; i++) {
		struct lane *lane = calloc(1, sizeof *lane);

		lane->next_free = free_lanes;
		free_lanes = lane;
	}
	connect_client();
	work(argv[1][0], warm_up(argv[1][0], count), argv[4], true);
	begin = now();
	work(argv[1][0], count, argv[4], false);
	seconds = now() - begin;
	printf("c %s %s %.2f MB/s %.3f s\n", argv[1], argv[4], count * (bytes / 1e6) / seconds, seconds);
	m0_idx_fini(&idx);
	m0_client_fini(client, true);
	return 0;
}
