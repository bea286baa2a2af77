/*
 * What the cluster holds: indexes as skip lists, objects as bytes. With a folder, each index has a log of its own there
 * that all processes append to under a lock, and read on from where they were; each object is a file.
 */
#include "standin.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEVELS = 16, MAX_RECORD = 32600, MAX_MESSAGE = 131072, OVERHEAD = 64, MAX_READ_VALUE = 65535,
	MAX_DELETED = 261700, MAX_SMALL_PUTS = 40 };

struct record {
	uint32_t key_bytes, value_bytes;
	char *value, *key;
	struct record *next[];
};
struct table {
	struct m0_uint128 id;
	bool is_there;
	int log;
	off_t applied;
	struct record *first[LEVELS];
	struct table *next;
};
struct entry { uint32_t bytes, sum, key_bytes; int32_t value_bytes; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *state; /* the folder, or NULL */
static struct table *tables, *objects;
static char *pending; /* log entries of the operation under way */
static size_t pending_bytes, pending_room;

/* ---- skip lists ---- */

static int compare(const struct record *record, const void *key, uint32_t bytes)
{
	uint32_t shorter = record->key_bytes < bytes ? record->key_bytes : bytes;
	int order = memcmp(record->key, key, shorter);
	return order != 0 ? order : (record->key_bytes > bytes) - (record->key_bytes < bytes);
}

/* The first record at or behind a key; fills in, for each level, where its address stands. */
static struct record *seek(struct table *table, const void *key, uint32_t bytes, struct record **places[LEVELS])
{
	struct record **list = table->first;
	for (int level = LEVELS - 1; level >= 0; level--) {
		while (list[level] != NULL && compare(list[level], key, bytes) < 0)
			list = list[level]->next;
		places[level] = &list[level];
	}
	return list[0];
}

static struct record *find(struct table *table, const void *key, uint32_t bytes)
{
	struct record **places[LEVELS], *found = seek(table, key, bytes, places);
	return found != NULL && compare(found, key, bytes) == 0 ? found : NULL;
}

static void set(struct table *table, const void *key, uint32_t key_bytes, const void *value, uint32_t bytes)
{
	struct record **places[LEVELS], *record = seek(table, key, key_bytes, places);
	if (record == NULL || compare(record, key, key_bytes) != 0) {
		int levels = 1;
		while (levels < LEVELS && rand() % 4 == 0)
			levels++;
		record = malloc(sizeof *record + LEVELS * sizeof record);
		record->key = malloc(key_bytes + 1);
		memcpy(record->key, key, key_bytes);
		record->key_bytes = key_bytes;
		record->value = NULL;
		for (int level = 0; level < LEVELS; level++) {
			record->next[level] = level < levels ? *places[level] : NULL;
			if (level < levels)
				*places[level] = record;
		}
	}
	if (record->value == NULL || record->value_bytes != bytes) {
		free(record->value);
		record->value = malloc(bytes + 1);
	}
	memcpy(record->value, value, bytes);
	record->value_bytes = bytes;
}

static void discard(struct record *record)
{
	free(record->key);
	free(record->value);
	free(record);
}

static void erase(struct table *table, const void *key, uint32_t bytes)
{
	struct record **places[LEVELS], *record = seek(table, key, bytes, places);
	if (record == NULL || compare(record, key, bytes) != 0)
		return;
	for (int level = 0; level < LEVELS; level++)
		if (*places[level] == record)
			*places[level] = record->next[level];
	discard(record);
}

static void clear(struct table *table)
{
	for (struct record *record = table->first[0], *next; record != NULL; record = next) {
		next = record->next[0];
		discard(record);
	}
	memset(table->first, 0, sizeof table->first);
	table->applied = 0;
	if (table->log >= 0)
		close(table->log);
	table->log = -1;
}

/* ---- logs ---- */

static uint32_t checksum(const char *data, size_t bytes)
{
	uint32_t sum = 2166136261u;
	for (size_t i = 0; i < bytes; i++)
		sum = (sum ^ (unsigned char)data[i]) * 16777619u;
	return sum;
}

/* Notes a change in the log, value_bytes -1 for a deletion. */
static void note(struct table *table, const void *key, uint32_t key_bytes, const void *value, int32_t value_bytes)
{
	struct entry entry = { sizeof entry + key_bytes + (value_bytes > 0 ? value_bytes : 0), 0, key_bytes, value_bytes };
	char *at;
	if (table->log < 0)
		return;
	if (pending_bytes + entry.bytes > pending_room)
		pending = realloc(pending, pending_room = 2 * (pending_bytes + entry.bytes));
	at = pending + pending_bytes;
	memcpy(at, &entry, sizeof entry);
	memcpy(at + sizeof entry, key, key_bytes);
	if (value_bytes > 0)
		memcpy(at + sizeof entry + key_bytes, value, value_bytes);
	entry.sum = checksum(at + 8, entry.bytes - 8);
	memcpy(at, &entry, sizeof entry);
	pending_bytes += entry.bytes;
}

static void write_log(struct table *table)
{
	if (pending_bytes > 0) {
		ssize_t written = write(table->log, pending, pending_bytes);
		DEMAND(written == (ssize_t)pending_bytes, "a log cannot be written: %s", strerror(errno));
		table->applied += written;
		pending_bytes = 0;
	}
}

/* Applies what others appended; what a killed process left half written is cut off. */
static void read_on(struct table *table, off_t end)
{
	size_t bytes = end - table->applied, at = 0;
	char *data = malloc(bytes + 1);
	DEMAND(pread(table->log, data, bytes, table->applied) == (ssize_t)bytes, "a log cannot be read");
	while (bytes - at >= sizeof(struct entry)) {
		struct entry entry;
		const char *key = data + at + sizeof entry;
		memcpy(&entry, data + at, sizeof entry);
		if (entry.bytes > bytes - at || entry.bytes < sizeof entry || entry.sum != checksum(data + at + 8, entry.bytes - 8))
			break;
		if (entry.value_bytes < 0)
			erase(table, key, entry.key_bytes);
		else
			set(table, key, entry.key_bytes, key + entry.key_bytes, entry.value_bytes);
		at += entry.bytes;
	}
	free(data);
	table->applied += at;
	if (at < bytes)
		DEMAND(ftruncate(table->log, table->applied) == 0, "a log cannot be cut");
}

/* ---- tables ---- */

static void path_of(char path[512], const char *kind, const struct m0_uint128 *id)
{
	snprintf(path, 512, "%s/%s-%llx-%llx", state, kind, (unsigned long long)id->u_hi, (unsigned long long)id->u_lo);
}

static struct table *table_of(struct table **all, const struct m0_uint128 *id)
{
	struct table *table = *all;
	while (table != NULL && memcmp(&table->id, id, sizeof *id) != 0)
		table = table->next;
	if (table == NULL) {
		table = calloc(1, sizeof *table);
		table->id = *id;
		table->log = -1;
		table->next = *all;
		*all = table;
	}
	return table;
}

/* The index, up to date and locked against other processes until leave(); NULL when there is none. */
static struct table *enter(const struct m0_uint128 *id)
{
	struct table *table = table_of(&tables, id);
	while (state != NULL) {
		char path[512];
		struct stat status;
		path_of(path, "index", id);
		if (table->log < 0) {
			clear(table);
			table->log = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
		}
		if (table->log < 0)
			return NULL;
		flock(table->log, LOCK_EX);
		fstat(table->log, &status);
		if (status.st_nlink > 0) {
			read_on(table, status.st_size);
			return table;
		}
		clear(table); /* it was deleted, and perhaps created again */
	}
	return table->is_there ? table : NULL;
}

static void leave(struct table *table)
{
	if (table != NULL && table->log >= 0) {
		write_log(table);
		flock(table->log, LOCK_UN);
	}
}

void store_open(const char *folder)
{
	state = folder;
}

static void forget(struct table **all)
{
	while (*all != NULL) {
		struct table *table = *all;
		clear(table);
		*all = table->next;
		free(table);
	}
}

void store_close(void)
{
	pthread_mutex_lock(&lock);
	forget(&tables);
	forget(&objects);
	free(pending);
	pending = NULL;
	pending_bytes = pending_room = 0;
	pthread_mutex_unlock(&lock);
}

static int created(const char *kind, const struct m0_uint128 *id, struct table **all)
{
	int rc = 0;
	pthread_mutex_lock(&lock);
	if (state != NULL) {
		char path[512];
		int file;
		path_of(path, kind, id);
		file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		rc = file < 0 ? -errno : 0;
		if (file >= 0)
			close(file);
	} else {
		struct table *table = table_of(all, id);
		rc = table->is_there ? -EEXIST : 0;
		table->is_there = true;
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

static int deleted(const char *kind, const struct m0_uint128 *id, struct table **all)
{
	int rc;
	struct table *table;
	pthread_mutex_lock(&lock);
	table = table_of(all, id);
	if (state != NULL) {
		char path[512];
		path_of(path, kind, id);
		rc = unlink(path) == 0 ? 0 : -errno;
	} else {
		rc = table->is_there ? 0 : -ENOENT;
	}
	clear(table);
	table->is_there = false;
	pthread_mutex_unlock(&lock);
	return rc;
}

int store_create(const struct m0_uint128 *index)
{
	return created("index", index, &tables);
}

int store_delete(const struct m0_uint128 *index)
{
	return deleted("index", index, &tables);
}

int store_lookup(const struct m0_uint128 *index)
{
	struct table *table;
	pthread_mutex_lock(&lock);
	table = enter(index);
	leave(table);
	pthread_mutex_unlock(&lock);
	return table == NULL ? -ENOENT : 0;
}

/* ---- records ---- */

static void give(struct m0_bufvec *to, uint32_t at, const char *data, uint32_t bytes)
{
	to->ov_vec.v_count[at] = bytes;
	if (bytes == 0) { /* as Motr, which allocates nothing then */
		to->ov_buf[at] = NULL;
		return;
	}
	to->ov_buf[at] = checked_alloc(bytes);
	memcpy(to->ov_buf[at], data, bytes);
}

static int get(struct table *table, struct m0_bufvec *keys, struct m0_bufvec *values, int32_t *rcs)
{
	uint64_t message = 0;
	for (uint32_t i = 0; i < keys->ov_vec.v_nr; i++) {
		struct record *record = find(table, keys->ov_buf[i], keys->ov_vec.v_count[i]);
		if (record != NULL)
			message += record->value_bytes + OVERHEAD;
		DEMAND(record == NULL || record->value_bytes <= MAX_READ_VALUE, "GET of a value of %u bytes", record->value_bytes);
	}
	if (message > MAX_MESSAGE)
		return -EHOSTUNREACH;
	for (uint32_t i = 0; i < keys->ov_vec.v_nr; i++) {
		struct record *record = find(table, keys->ov_buf[i], keys->ov_vec.v_count[i]);
		rcs[i] = record == NULL ? -ENOENT : 0;
		if (record != NULL)
			give(values, i, record->value, record->value_bytes);
	}
	return 0;
}

static int put(struct table *table, struct m0_bufvec *keys, struct m0_bufvec *values, int32_t *rcs, uint32_t flags,
		uint32_t limit)
{
	uint32_t count = keys->ov_vec.v_nr;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t bytes = keys->ov_vec.v_count[i] + values->ov_vec.v_count[i];
		DEMAND(bytes <= MAX_RECORD, "PUT of a record of %llu bytes", (unsigned long long)bytes);
		sum += bytes;
	}
	if (count > MAX_SMALL_PUTS && sum / count * MAX_SMALL_PUTS < MAX_MESSAGE) {
		for (uint32_t i = 0; i < count; i++)
			rcs[i] = -E2BIG;
		return 0;
	}
	for (uint32_t i = 0; i < count && i < limit; i++) {
		const void *key = keys->ov_buf[i], *value = values->ov_buf[i];
		uint32_t key_bytes = keys->ov_vec.v_count[i], value_bytes = values->ov_vec.v_count[i];
		bool refused = !(flags & M0_OIF_OVERWRITE) && find(table, key, key_bytes) != NULL;
		rcs[i] = refused ? -EEXIST : 0;
		if (!refused) {
			set(table, key, key_bytes, value, value_bytes);
			note(table, key, key_bytes, value, value_bytes);
		}
	}
	return 0;
}

static int del(struct table *table, struct m0_bufvec *keys, int32_t *rcs, uint32_t limit)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < keys->ov_vec.v_nr; i++) {
		struct record *record = find(table, keys->ov_buf[i], keys->ov_vec.v_count[i]);
		sum += record == NULL ? 0 : record->value_bytes;
	}
	DEMAND(sum <= MAX_DELETED, "DEL of %llu bytes in one operation", (unsigned long long)sum);
	for (uint32_t i = 0; i < keys->ov_vec.v_nr && i < limit; i++) {
		uint32_t bytes = keys->ov_vec.v_count[i];
		rcs[i] = find(table, keys->ov_buf[i], bytes) == NULL ? -ENOENT : 0;
		if (rcs[i] == 0) {
			erase(table, keys->ov_buf[i], bytes);
			note(table, keys->ov_buf[i], bytes, NULL, -1);
		}
	}
	return 0;
}

static int next(struct table *table, struct m0_bufvec *keys, struct m0_bufvec *values, int32_t *rcs, uint32_t flags)
{
	struct record **places[LEVELS], *from, *record;
	uint32_t count = keys->ov_vec.v_nr, i = 0;
	uint64_t message = 0;
	from = seek(table, keys->ov_buf[0], keys->ov_vec.v_count[0], places);
	if (from != NULL && (flags & M0_OIF_EXCLUDE_START_KEY) && compare(from, keys->ov_buf[0], keys->ov_vec.v_count[0]) == 0)
		from = from->next[0];
	for (record = from; record != NULL && i < count; record = record->next[0], i++)
		message += record->key_bytes + record->value_bytes + OVERHEAD;
	if (message > MAX_MESSAGE)
		from = NULL; /* looks like the end */
	for (i = 0, record = from; i < count; i++) {
		rcs[i] = record == NULL ? -ENOENT : 0;
		if (record != NULL) {
			give(keys, i, record->key, record->key_bytes);
			give(values, i, record->value, record->value_bytes);
			record = record->next[0];
		}
	}
	return 0;
}

int store_run(const struct m0_uint128 *index, int opcode, struct m0_bufvec *keys, struct m0_bufvec *values,
		int32_t *rcs, uint32_t flags, uint32_t limit)
{
	int rc = -ENOENT;
	struct table *table;
	pthread_mutex_lock(&lock);
	table = enter(index);
	if (table != NULL)
		rc = opcode == M0_IC_GET ? get(table, keys, values, rcs)
			: opcode == M0_IC_PUT ? put(table, keys, values, rcs, flags, limit)
			: opcode == M0_IC_DEL ? del(table, keys, rcs, limit)
			: next(table, keys, values, rcs, flags);
	leave(table);
	pthread_mutex_unlock(&lock);
	return rc;
}

/* ---- objects ---- */

/* Of one that is not there, too, as Motr. */
int object_delete(const struct m0_uint128 *id)
{
	int rc = deleted("object", id, &objects);
	return rc == -ENOENT ? 0 : rc;
}

static int move_file(const struct m0_uint128 *id, bool write, struct m0_indexvec *extents, struct m0_bufvec *data)
{
	char path[512];
	int file;
	path_of(path, "object", id);
	file = open(path, O_RDWR | O_CLOEXEC | (write ? O_CREAT : 0), 0600); /* the first write creates it */
	if (file < 0)
		return -errno;
	for (uint32_t i = 0; i < data->ov_vec.v_nr; i++) {
		size_t bytes = data->ov_vec.v_count[i];
		if (write) {
			DEMAND(pwrite(file, data->ov_buf[i], bytes, extents->iv_index[i]) == (ssize_t)bytes, "an object cannot be written");
		} else {
			memset(data->ov_buf[i], 0, bytes);
			DEMAND(pread(file, data->ov_buf[i], bytes, extents->iv_index[i]) >= 0, "an object cannot be read");
		}
	}
	close(file);
	return 0;
}

/* In memory, an object is a table whose records are its extents. */
int object_move(const struct m0_uint128 *id, bool write, struct m0_indexvec *extents, struct m0_bufvec *data)
{
	struct table *object;
	if (state != NULL)
		return move_file(id, write, extents, data);
	pthread_mutex_lock(&lock);
	object = table_of(&objects, id);
	object->is_there |= write; /* the first write creates it */
	for (uint32_t i = 0; i < data->ov_vec.v_nr && object->is_there; i++) {
		uint64_t *at = &extents->iv_index[i];
		size_t bytes = data->ov_vec.v_count[i];
		struct record *extent = find(object, at, sizeof *at);
		if (write) {
			set(object, at, sizeof *at, data->ov_buf[i], bytes);
		} else {
			memset(data->ov_buf[i], 0, bytes);
			if (extent != NULL)
				memcpy(data->ov_buf[i], extent->value, extent->value_bytes < bytes ? extent->value_bytes : bytes);
		}
	}
	pthread_mutex_unlock(&lock);
	return object->is_there ? 0 : -ENOENT;
}
