/*
 * overhead PUTS: single-key puts of 200 bytes, one at a time, against a libmotr that completes at once: what the same
 * calls cost from C. Prints nanoseconds an operation, of five rounds, the first of which is a warm-up. The connection is
 * in HA_ADDR, LOCAL_ADDR, PROCESS_FID and PROFILE_FID.
 */
#include "motr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 5, KEY_BYTES = 25, VALUE_BYTES = 200 };

static struct m0_client *client;
static struct m0_container container;
static struct m0_idx index_;
static struct m0_idx_dix_config dix;

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

static void need(int rc, const char *what)
{
	if (rc != 0) {
		fprintf(stderr, "%s: %d\n", what, rc);
		exit(1);
	}
}

static int finish(struct m0_op *op)
{
	int rc = m0_op_wait(op, 1 << M0_OS_STABLE | 1 << M0_OS_FAILED, m0_time_now() + 30000000000ULL);
	if (rc == 0)
		rc = m0_rc(op);
	m0_op_fini(op);
	m0_op_free(op);
	return rc;
}

/* A new key each time; the value is copied in, as a program does whose values come from elsewhere. */
static void put(uint64_t number, const char *value)
{
	static char keys[KEY_BYTES] = "3/overhead/of/a/", values[VALUE_BYTES];
	void *key_buffers[] = { keys }, *value_buffers[] = { values };
	uint64_t key_bytes[] = { KEY_BYTES }, value_bytes[] = { VALUE_BYTES };
	struct m0_bufvec k = { { 1, key_bytes }, key_buffers }, v = { { 1, value_bytes }, value_buffers };
	int32_t code = 0;
	struct m0_op *op = NULL;
	number = __builtin_bswap64(number);
	memcpy(keys + 16, &number, 8);
	memcpy(values, value, VALUE_BYTES);
	need(m0_idx_op(&index_, M0_IC_PUT, &k, &v, &code, M0_OIF_SYNC_WAIT, &op), "m0_idx_op");
	m0_op_launch(&op, 1);
	need(finish(op), "put");
	need(code, "record");
}

int main(int count, char **arguments)
{
	struct m0_config config = { .mc_is_oostore = true, .mc_local_addr = getenv("LOCAL_ADDR"),
		.mc_ha_addr = getenv("HA_ADDR"), .mc_process_fid = getenv("PROCESS_FID"), .mc_profile = getenv("PROFILE_FID"),
		.mc_tm_recv_queue_min_len = 16, .mc_max_rpc_msg_size = 131072, .mc_idx_service_id = M0_IDX_DIX,
		.mc_idx_service_conf = &dix };
	struct m0_uint128 id = { 0x7800000000000001ULL, 0x0ece4ead };
	static char value[VALUE_BYTES];
	long puts = count > 1 ? atol(arguments[1]) : 100000;
	struct m0_op *op = NULL;
	m0_trace_set_mmapped_buffer(false);
	need(m0_client_init(&client, &config, true), "m0_client_init");
	m0_container_init(&container, NULL, &M0_UBER_REALM, client);
	m0_idx_init(&index_, &container.co_realm, &id);
	need(m0_entity_create(NULL, &index_.in_entity, &op), "m0_entity_create");
	m0_op_launch(&op, 1);
	finish(op); /* it may exist */
	for (int round = 0; round < ROUNDS; round++) {
		double begin = now();
		for (long i = 0; i < puts; i++)
			put(round * puts + i, value);
		printf("%.0f\n", (now() - begin) / puts);
	}
	m0_idx_fini(&index_);
	m0_client_fini(client, true);
	return 0;
}
