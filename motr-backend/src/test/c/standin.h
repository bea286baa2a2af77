/*
 * A stand-in for Motr's client library, libmotr.so.2: the same exported functions and layouts, without a cluster. For
 * tests only. It is as unforgiving as the real one and more: a call that Motr would answer with a panic is a panic
 * here, and so is memory that is used after it was given back.
 *
 * What it stores is in memory and ends with the client, unless a folder is named: then processes share it, and it
 * survives them. Operations complete on threads of its own, late and out of order.
 *
 * Set by environment variables when the library is loaded, or by the functions below:
 *
 *   MOTR_STANDIN_STATE   the folder; without it, the folder `state` beside the library, if there is one
 *   MOTR_STANDIN_DELAY   an operation completes up to so many microseconds after its launch (default 200);
 *                        `instant`: at once, on the thread that launches it
 *   MOTR_STANDIN_FAULTS  what goes wrong: OPERATION[#N|%N]=ACTION, several separated by `;`. Or the file `faults` in the
 *                        folder says it, which the process that reads it removes: the next one has none
 *
 *   OPERATION  get put del next lookup (index), create open delete (index or object), read write sync (object),
 *              any (all of these), init, fini
 *   #N         the Nth such operation only, counted from 1;  %N  every Nth;  neither: every one
 *   ACTION     -ERRNO       the operation ends with this code and has no effect
 *              keys:-ERRNO  each record of its second half ends with this code; the first half takes effect
 *              late:MS      it completes MS milliseconds later (beyond the deadline: timed out, and landed)
 *              lost         it never completes and has no effect (timed out, and did not land)
 *              hang         it and all operations after it never complete; init and fini do not return
 *              abort        the process ends as in a panic, before it has an effect
 *              die          half of its records take effect, then the process is killed
 *
 * For instance MOTR_STANDIN_FAULTS='put#5=die' kills the process in the middle of its fifth PUT, and 'init=hang' is an
 * HA service that does not answer.
 *
 * The cluster that it plays has the profile 0x7000000000000001:0x0, and processes 0x7200000000000001:0x64 to 0x7f.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include "motr.h"

#define EXPORTED __attribute__((visibility("default")))

/* ---- control, exported ---- */
/* At most so many microseconds from launch to completion; -1: at once, on the launching thread. */
void standin_delay(int micros);
/* Replaces all faults, in the grammar above; an empty text ends them. 0, or -1 when it is not understood. */
int standin_faults(const char *text);
/* Allocations handed out and not given back: operations, read keys and values, bufvecs. */
int64_t standin_allocations(void);
/* Indexes and objects that were initialised and not finalised. */
int64_t standin_entities(void);
/* Looks at all canaries and at memory that was given back; a panic when something was written there. */
void standin_check_memory(void);
/* Operations that completed although one launched before them had not. */
int64_t standin_overtakings(void);
/* Operations launched since the library was loaded. */
int64_t standin_launches(void);

/* ---- memory.c: allocations with canaries ---- */
void *checked_alloc(size_t bytes);
void checked_free(void *memory);

/* ---- faults.c ---- */
enum action { NONE, FAIL, FAIL_HALF, LATE, LOST, HANG, ABORT, DIE };
struct fault { enum action action; int32_t number; };
struct fault fault_for(const char *operation);
void faults_at_load(const char *folder);

/* ---- store.c: what the cluster holds ---- */
void store_open(const char *folder);
void store_close(void);
int store_create(const struct m0_uint128 *index);
int store_delete(const struct m0_uint128 *index);
int store_lookup(const struct m0_uint128 *index);
/* Carries out GET, PUT, DEL or NEXT; of PUT and DEL only the first `limit` records, the others keep their codes. */
int store_run(const struct m0_uint128 *index, int opcode, struct m0_bufvec *keys, struct m0_bufvec *values,
		int32_t *rcs, uint32_t flags, uint32_t limit);
int object_delete(const struct m0_uint128 *id);
int object_move(const struct m0_uint128 *id, bool write, struct m0_indexvec *extents, struct m0_bufvec *data);

/* Motr remembers of a thread, when it first calls, whether there is a Motr: who calls too early is lost for good. */
void thread_calls(void);

/* Ends the process as Motr's panics do. */
void panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define DEMAND(condition, ...) do { if (!(condition)) panic(__VA_ARGS__); } while (0)

#endif
