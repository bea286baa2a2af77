/* The client: beginning and end, entities, operations and the threads that complete them. */
#include "standin.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define OPERATION 0x0b5e55ed0b5e55edULL
#define ENTITY 0xe7717fe7717fe771ULL
#ifndef STANDIN_VERSION
#define STANDIN_VERSION "2.0.0"
#endif
#ifndef STANDIN_OTHER_LAYOUT
#define STANDIN_OTHER_LAYOUT 0 /* not 0: entities that are not laid out as Motr's */
#endif

enum { WORKERS = 4, INITIALISED = 1, OPEN = 5, BROKEN = 7, AT_ONCE = -1 };

static const struct m0_fid the_pool_version = { 0x7600000000000001ULL, 10 };

/* An operation as Motr's callers see it, and what the stand-in adds. */
struct operation {
	struct m0_op op;
	struct m0_bufvec *keys, *values;
	struct m0_indexvec *extents;
	int32_t *rcs;
	uint32_t flags;
	uint64_t arguments; /* a checksum of keys and values at the launch */
	int64_t number;
	m0_time_t due;
	struct fault fault;
	struct operation *next;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	char more[400]; /* about as large as Motr's */
};

EXPORTED const struct m0_uint128 M0_UBER_REALM = { 0, 1 };
EXPORTED const struct m0_uint128 M0_ID_APP = { 0, 0x100000 };
EXPORTED struct m0_fid_type m0_dix_fid_type = { 'x', "dix fid", NULL };

static const struct m0_build_info build = { .bi_version = 2 << 24, .bi_version_string = STANDIN_VERSION,
	.bi_git_rev_id = "27e7f86ed57aad344d02c426e939add31626034d", .bi_git_describe = "stand-in" };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived;
static struct operation *queue;
static pthread_t workers[WORKERS], motr_thread;
static bool stopping, hung, motr_is_up, mapped_trace = true;
static int delay = 200, local_socket = -1;
static int64_t entities, launches, overtakings, in_flight;
static struct m0_client the_client;
static char *folder;

/* ---- threads ---- */

static __thread bool has_called, knows_motr;

void thread_calls(void)
{
	if (!has_called) {
		has_called = true;
		knows_motr = motr_is_up;
	}
}

static void need_motr(const char *what)
{
	thread_calls();
	DEMAND(knows_motr, "%s: on a thread that called Motr before it was up", what);
}

/* ---- time ---- */

static m0_time_t monotonic(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static m0_time_t offset; /* of Motr's time, which is set when the client begins */

static struct timespec timespec_of(m0_time_t monotonic_time)
{
	return (struct timespec) { monotonic_time / 1000000000, monotonic_time % 1000000000 };
}

EXPORTED m0_time_t m0_time_now(void)
{
	DEMAND(offset != 0, "m0_time_now before m0_client_init");
	return monotonic() + offset;
}

static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
}

/* ---- signals, as the real library and those that come with it take them ---- */

static const char *volatile doing = "the load";

static void on_signal(int number)
{
	signal(SIGABRT, SIG_DFL);
	panic("fatal signal delivered: signo: %d, while doing %s", number, doing);
}

static void on_timer(int number)
{
	(void)number;
}

static void take(int number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_NODEFER };
	sigaction(number, &action, NULL);
}

__attribute__((constructor)) static void loaded(void)
{
	const char *setting = getenv("MOTR_STANDIN_DELAY"), *state = getenv("MOTR_STANDIN_STATE");
	const char *quiet = getenv("IPATH_NO_BACKTRACE");
	struct stat status;
	Dl_info self;
	if (quiet == NULL || strcmp(quiet, "1") != 0) /* libinfinipath, which comes with libfabric */
		for (int i = 0, taken[] = { SIGINT, SIGILL, SIGABRT, SIGBUS, SIGSEGV, SIGTERM }; i < 6; i++)
			take(taken[i], on_signal);
	if (setting != NULL)
		delay = strcmp(setting, "instant") == 0 ? AT_ONCE : atoi(setting);
	if (state != NULL) {
		folder = strdup(state);
	} else if (dladdr(&build, &self) != 0) {
		char *path = strdup(self.dli_fname);
		if (asprintf(&folder, "%s/state", dirname(path)) < 0 || stat(folder, &status) != 0)
			folder = NULL;
		free(path);
	}
	init_condition(&arrived);
	faults_at_load(folder);
}

/* ---- small things ---- */

EXPORTED const struct m0_build_info *m0_build_info_get(void)
{
	return &build;
}

EXPORTED void m0_trace_set_mmapped_buffer(bool mapped)
{
	mapped_trace = mapped;
}

EXPORTED bool m0_trace_level_allow(unsigned level)
{
	(void)level;
	return true;
}

EXPORTED int m0_pageshift_get(void)
{
	return 13;
}

EXPORTED int m0_uint128_sscanf(const char *text, struct m0_uint128 *out)
{
	unsigned long long high, low;
	if (sscanf(text, " %lli : %lli", (long long *)&high, (long long *)&low) != 2)
		return -EINVAL;
	*out = (struct m0_uint128) { high, low };
	return 0;
}

EXPORTED int m0_fid_sscanf(const char *text, struct m0_fid *out)
{
	unsigned long long container, key;
	if (sscanf(text, *text == '<' ? "< %llx : %llx >" : " %llx : %llx", &container, &key) != 2)
		return -EINVAL;
	*out = (struct m0_fid) { container, key };
	return 0;
}

EXPORTED struct m0 *m0_get(void)
{
	return the_client.m0c_motr;
}

EXPORTED int m0_thread_adopt(struct m0_thread *thread, struct m0 *motr)
{
	DEMAND(thread->room[0] == 0 && motr != NULL && motr == the_client.m0c_motr, "m0_thread_adopt");
	thread->room[0] = 1;
	return 0;
}

EXPORTED void m0_thread_shun(void)
{
}

/* ---- control ---- */

EXPORTED void standin_delay(int micros)
{
	delay = micros;
}

static int64_t read_counter(int64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_SEQ_CST);
}

static int64_t add(int64_t *counter, int64_t by)
{
	return __atomic_add_fetch(counter, by, __ATOMIC_SEQ_CST);
}

EXPORTED int64_t standin_entities(void)
{
	return read_counter(&entities);
}

EXPORTED int64_t standin_launches(void)
{
	return read_counter(&launches);
}

EXPORTED int64_t standin_overtakings(void)
{
	return read_counter(&overtakings);
}

/* ---- beginning and end ---- */

static void hang(void)
{
	for (;;)
		pause();
}

/* 0, the code to fail with, or no return. */
static int fate(const char *step)
{
	struct fault fault = fault_for(step);
	if (fault.action == HANG || fault.action == LOST)
		hang();
	if (fault.action == LATE)
		usleep(fault.number * 1000);
	DEMAND(fault.action != ABORT, "%s: as was asked for", step);
	if (fault.action == DIE)
		kill(getpid(), SIGKILL);
	return fault.action == FAIL ? fault.number : 0;
}

static struct sockaddr_in address_of(const char *endpoint)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	char host[64];
	int port;
	DEMAND(sscanf(endpoint, "inet:tcp:%63[^@]@%d", host, &port) == 2, "not an endpoint: %s", endpoint);
	address.sin_port = htons(port);
	DEMAND(inet_pton(AF_INET, host, &address.sin_addr) == 1, "not an address: %s", host);
	return address;
}

static void meet_ha(const char *endpoint)
{
	struct sockaddr_in address = address_of(endpoint);
	int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(probe, (struct sockaddr *)&address, sizeof address) != 0)
		hang(); /* Motr waits for ever */
	close(probe);
}

static int listen_at(const char *endpoint)
{
	struct sockaddr_in address = address_of(endpoint);
	int yes = 1;
	local_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(local_socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(local_socket, (struct sockaddr *)&address, sizeof address) == 0 && listen(local_socket, 5) == 0)
		return 0;
	close(local_socket);
	return -EADDRINUSE;
}

static void write_trace_file(void)
{
	char name[40];
	int file;
	snprintf(name, sizeof name, "m0trace.%d", getpid());
	file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file >= 0 && ftruncate(file, 16 << 20) == 0)
		close(file);
}

static void *work(void *nothing);

static void motr_init(void)
{
	struct timespec wall;
	take(SIGSEGV, on_signal);
	take(SIGPIPE, SIG_IGN);
	take(SIGRTMIN, on_timer);
	if (mapped_trace)
		write_trace_file();
	clock_gettime(CLOCK_REALTIME, &wall);
	offset = wall.tv_sec * 1000000000ULL + wall.tv_nsec - monotonic();
	motr_thread = pthread_self();
	motr_is_up = has_called = knows_motr = true;
}

static void motr_fini(void)
{
	take(SIGSEGV, SIG_DFL);
	offset = 0;
	motr_is_up = false;
	if (!mapped_trace)
		close(0); /* as the real one does */
}

static int connect_client(const struct m0_config *config)
{
	struct m0_fid process, profile;
	int rc;
	if (m0_fid_sscanf(config->mc_process_fid, &process) != 0 || m0_fid_sscanf(config->mc_profile, &profile) != 0)
		return -EINVAL;
	meet_ha(config->mc_ha_addr);
	rc = listen_at(config->mc_local_addr);
	if (rc != 0)
		return rc;
	if (profile.f_container != 0x7000000000000001ULL || profile.f_key != 0) {
		close(local_socket);
		return -ENOENT;
	}
	DEMAND(process.f_container == 0x7200000000000001ULL && process.f_key >= 0x64 && process.f_key < 0x80,
			"m0_client_init: the configuration lacks the process");
	return 0;
}

EXPORTED int m0_client_init(struct m0_client **out, struct m0_config *config, bool init_motr)
{
	int rc;
	doing = "m0_client_init";
	rc = fate("init");
	DEMAND(*out == NULL, "m0_client_init: the out pointer is not null");
	DEMAND(the_client.m0c_motr == NULL, "m0_client_init: there is a client already");
	DEMAND(config->mc_is_oostore && config->mc_idx_service_id == M0_IDX_DIX && config->mc_idx_service_conf,
			"m0_client_init: not what was tried");
	DEMAND(config->mc_tm_recv_queue_min_len != 0 && config->mc_max_rpc_msg_size != 0, "m0_client_init: no sizes");
	DEMAND(init_motr != motr_is_up, "m0_client_init: Motr itself is %s", motr_is_up ? "up already" : "not up");
	DEMAND(init_motr || pthread_equal(motr_thread, pthread_self()), "m0_client_init: on another thread than before");
	if (init_motr)
		motr_init();
	if (rc == 0)
		rc = connect_client(config);
	if (rc != 0) {
		if (init_motr)
			motr_fini();
		return rc;
	}
	store_open(folder);
	stopping = hung = false;
	for (int i = 0; i < WORKERS; i++)
		pthread_create(&workers[i], NULL, work, NULL);
	the_client.m0c_motr = (struct m0 *)&the_client;
	*out = &the_client;
	doing = "operations";
	return 0;
}

EXPORTED void m0_client_fini(struct m0_client *client, bool fini_motr)
{
	fate("fini");
	DEMAND(client == &the_client && client->m0c_motr != NULL, "m0_client_fini: not the client");
	DEMAND(pthread_equal(motr_thread, pthread_self()), "m0_client_fini: on another thread than m0_client_init");
	DEMAND(read_counter(&in_flight) == 0, "m0_client_fini: %lld operations are pending", (long long)in_flight);
	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_cond_broadcast(&arrived);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(workers[i], NULL);
	store_close();
	close(local_socket);
	standin_check_memory();
	the_client.m0c_motr = NULL;
	if (fini_motr)
		motr_fini();
}

/* ---- entities ---- */

EXPORTED void m0_container_init(struct m0_container *container, struct m0_realm *parent, const struct m0_uint128 *id,
		struct m0_client *client)
{
	struct m0_realm *realm = &container->co_realm;
	DEMAND(parent == NULL && id->u_hi == 0 && id->u_lo == 1 && client == &the_client, "m0_container_init");
	realm->re_entity.en_type = M0_ET_REALM;
	realm->re_entity.en_id = *id;
	realm->re_entity.en_realm = realm;
	realm->re_entity.en_rc = 0;
	realm->re_instance = client;
}

static void entity_init(struct m0_entity *entity, struct m0_realm *realm, const struct m0_uint128 *id, int type)
{
	need_motr("an entity");
	DEMAND(realm->re_instance == &the_client, "an entity in a realm that is not open");
	DEMAND(id->u_hi != 0 || id->u_lo > M0_ID_APP.u_lo, "an entity with an identifier of Motr's own");
	entity->en_type = type + STANDIN_OTHER_LAYOUT;
	entity->en_id = *id;
	entity->en_realm = realm;
	entity->en_state = INITIALISED;
	entity->notes[0] = ENTITY;
	entity->notes[1] = 0;
	add(&entities, 1);
}

static bool is(const struct m0_entity *entity, uint32_t type)
{
	return entity->en_type == type + STANDIN_OTHER_LAYOUT;
}

static void check_entity(const struct m0_entity *entity, const char *what)
{
	DEMAND(entity != NULL && entity->notes[0] == ENTITY, "%s: an entity that is not initialised", what);
}

static void entity_fini(struct m0_entity *entity, const char *what)
{
	check_entity(entity, what);
	DEMAND(entity->notes[1] == 0, "%s: an entity with operations", what);
	DEMAND(entity->en_state == INITIALISED || entity->en_state == OPEN || entity->en_state == BROKEN, "%s: state %u",
			what, entity->en_state);
	memset(entity, 0, sizeof *entity);
	add(&entities, -1);
}

EXPORTED void m0_idx_init(struct m0_idx *index, struct m0_realm *realm, const struct m0_uint128 *id)
{
	DEMAND(id->u_hi >> 56 == 'x', "m0_idx_init: not the identifier of an index");
	entity_init(&index->in_entity, realm, id, M0_ET_IDX);
}

EXPORTED void m0_idx_fini(struct m0_idx *index)
{
	entity_fini(&index->in_entity, "m0_idx_fini");
}

static bool is_known(const struct m0_fid *pool_version)
{
	return memcmp(pool_version, &the_pool_version, sizeof the_pool_version) == 0;
}

EXPORTED void m0_obj_init(struct m0_obj *object, struct m0_realm *realm, const struct m0_uint128 *id, uint64_t layout)
{
	static const struct m0_entity zero;
	DEMAND(memcmp(&object->ob_entity, &zero, sizeof zero) == 0, "m0_obj_init: memory that is not zero");
	DEMAND(layout > 0 && layout < 15, "m0_obj_init: layout %llu", (unsigned long long)layout);
	DEMAND(id->u_hi >> 32 == 0, "m0_obj_init: 32 bits of the identifier would be lost");
	entity_init(&object->ob_entity, realm, id, M0_ET_OBJ);
	object->oa_bshift = 12;
	object->oa_layout_id = layout;
}

EXPORTED void m0_obj_fini(struct m0_obj *object)
{
	entity_fini(&object->ob_entity, "m0_obj_fini");
}

/* ---- operations ---- */

static struct operation *operation_of(const struct m0_op *op, const char *what)
{
	DEMAND(op != NULL && op->op_magic == OPERATION, "%s: an operation that is not there any more", what);
	return (struct operation *)op;
}

static void new_operation(struct m0_op **out, int code, struct m0_entity *entity)
{
	struct operation *operation;
	need_motr("an operation");
	DEMAND(out != NULL && *out == NULL, "an operation with memory of the caller's");
	operation = checked_alloc(sizeof *operation);
	operation->op.op_magic = OPERATION;
	operation->op.op_code = code;
	operation->op.op_state = M0_OS_INITIALISED;
	operation->op.op_entity = entity;
	operation->op.op_size = sizeof *operation;
	pthread_mutex_init(&operation->lock, NULL);
	init_condition(&operation->moved);
	if (entity != NULL)
		__atomic_add_fetch(&entity->notes[1], 1, __ATOMIC_SEQ_CST);
	*out = &operation->op;
}

EXPORTED int m0_idx_op(struct m0_idx *index, int opcode, struct m0_bufvec *keys, struct m0_bufvec *values, int32_t *rcs,
		uint32_t flags, struct m0_op **op)
{
	bool writes = opcode == M0_IC_PUT || opcode == M0_IC_DEL;
	struct operation *operation;
	check_entity(&index->in_entity, "m0_idx_op");
	DEMAND(opcode >= M0_IC_GET && opcode <= M0_IC_LOOKUP, "m0_idx_op: code %d (LIST is not played)", opcode);
	DEMAND((values == NULL) == (opcode == M0_IC_DEL || opcode == M0_IC_LOOKUP), "m0_idx_op: values");
	DEMAND(opcode == M0_IC_LOOKUP || (keys != NULL && rcs != NULL), "m0_idx_op: no keys");
	DEMAND(values == NULL || keys->ov_vec.v_nr == values->ov_vec.v_nr, "m0_idx_op: so many keys, as many values");
	DEMAND(flags != M0_OIF_SYNC_WAIT || writes, "m0_idx_op: SYNC_WAIT without a write");
	new_operation(op, opcode, &index->in_entity);
	operation = (struct operation *)*op;
	operation->keys = keys;
	operation->values = values;
	operation->rcs = rcs;
	operation->flags = flags;
	return 0;
}

EXPORTED int m0_entity_create(struct m0_fid *pool, struct m0_entity *entity, struct m0_op **op)
{
	check_entity(entity, "m0_entity_create");
	DEMAND(pool == NULL && entity->en_state == INITIALISED, "m0_entity_create: an entity that is open");
	DEMAND(is(entity, M0_ET_IDX) || entity->en_flags == M0_ENF_META,
			"m0_entity_create: an object of which Motr is to note something is not played");
	if (is(entity, M0_ET_OBJ)) {
		const struct m0_fid *version = &((struct m0_obj *)entity)->oa_pver;
		uint64_t kind = version->f_container >> 54 & 3;
		DEMAND((version->f_container == 0 && version->f_key == 0)
				|| (version->f_container >> 56 == 'v' && (kind == 0 || kind == 2)),
				"m0_entity_create: what is no pool version");
	}
	new_operation(op, M0_EO_CREATE, entity);
	return 0;
}

EXPORTED int m0_entity_open(struct m0_entity *entity, struct m0_op **op)
{
	check_entity(entity, "m0_entity_open");
	DEMAND(entity->en_state == INITIALISED, "m0_entity_open: an entity that is open");
	DEMAND(op != NULL && is(entity, M0_ET_IDX), "m0_entity_open: an object of which Motr noted something is not played");
	entity->en_state = OPEN;
	return 0;
}

EXPORTED int m0_entity_delete(struct m0_entity *entity, struct m0_op **op)
{
	check_entity(entity, "m0_entity_delete");
	DEMAND(entity->en_state == OPEN, "m0_entity_delete: an entity that is not open");
	new_operation(op, M0_EO_DELETE, entity);
	return 0;
}

static uint64_t total(const struct m0_vec *vector, const char *what)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < vector->v_nr; i++) {
		DEMAND(vector->v_count[i] > 0, "%s: an empty segment", what);
		sum += vector->v_count[i];
	}
	return sum;
}

EXPORTED int m0_obj_op(struct m0_obj *object, int opcode, struct m0_indexvec *extents, struct m0_bufvec *data,
		struct m0_bufvec *attributes, uint64_t mask, uint32_t flags, struct m0_op **op)
{
	struct operation *operation;
	uint64_t bytes = total(&extents->iv_vec, "m0_obj_op");
	check_entity(&object->ob_entity, "m0_obj_op");
	DEMAND(object->ob_entity.en_state == OPEN, "m0_obj_op: an object that is not open");
	DEMAND(opcode == M0_OC_READ || opcode == M0_OC_WRITE, "m0_obj_op: code %d", opcode);
	DEMAND(is_known(&object->oa_pver), "m0_obj_op: a pool version that is not there");
	DEMAND(bytes > 0 && bytes % 4096 == 0 && bytes == total(&data->ov_vec, "m0_obj_op"), "m0_obj_op: not whole blocks");
	DEMAND(attributes != NULL && attributes->ov_vec.v_nr == data->ov_vec.v_nr && mask == 0 && flags == 0,
			"m0_obj_op: not what was tried");
	for (uint32_t i = 0; i < data->ov_vec.v_nr; i++)
		DEMAND((uintptr_t)data->ov_buf[i] % 4096 == 0, "m0_obj_op: a buffer that is not aligned");
	new_operation(op, opcode, &object->ob_entity);
	operation = (struct operation *)*op;
	operation->extents = extents;
	operation->values = data;
	return 0;
}

EXPORTED int m0_sync_op_init(struct m0_op **op)
{
	new_operation(op, M0_EO_SYNC, NULL);
	return 0;
}

EXPORTED int m0_sync_entity_add(struct m0_op *op, struct m0_entity *entity)
{
	operation_of(op, "m0_sync_entity_add");
	check_entity(entity, "m0_sync_entity_add");
	DEMAND(op->op_code == M0_EO_SYNC && op->op_state == M0_OS_INITIALISED, "m0_sync_entity_add");
	return 0;
}

EXPORTED int m0_sync_op_add(struct m0_op *op, struct m0_op *of)
{
	operation_of(of, "m0_sync_op_add");
	DEMAND(operation_of(op, "m0_sync_op_add")->op.op_state == M0_OS_INITIALISED && of->op_state == M0_OS_STABLE,
			"m0_sync_op_add");
	return 0;
}

EXPORTED void m0_op_setup(struct m0_op *op, const struct m0_op_ops *callbacks, m0_time_t linger)
{
	DEMAND(operation_of(op, "m0_op_setup")->op.op_state == M0_OS_INITIALISED, "m0_op_setup: too late");
	op->op_cbs = callbacks;
	op->op_linger = linger;
}

static const char *name_of(int code)
{
	static const char *const names[] = { [M0_EO_CREATE] = "create", "delete", "sync", "open", [M0_OC_READ] = "read",
		"write", [M0_IC_GET] = "get", "put", "del", "next", "lookup" };
	return names[code];
}

static uint64_t add_to_sum(uint64_t sum, const void *data, uint64_t bytes)
{
	const unsigned char *from = data;
	uint64_t word;
	for (; bytes >= 8; bytes -= 8, from += 8) {
		memcpy(&word, from, 8);
		sum = (sum ^ word) * 1099511628211ULL;
	}
	for (; bytes > 0; bytes--)
		sum = (sum ^ *from++) * 1099511628211ULL;
	return sum;
}

/* A checksum of what the caller must leave alone until the operation has ended. */
static uint64_t arguments_of(const struct operation *operation)
{
	const struct m0_bufvec *vectors[] = { operation->keys, operation->values };
	uint64_t sum = 14695981039346656037ULL;
	for (int which = 0; which < 2; which++) {
		const struct m0_bufvec *vector = vectors[which];
		bool read = which == 1 && operation->op.op_code != M0_IC_PUT && operation->op.op_code != M0_OC_WRITE;
		for (uint32_t i = 0; vector != NULL && i < vector->ov_vec.v_nr; i++) {
			sum = add_to_sum(sum, &vector->ov_buf[i], sizeof(void *));
			sum = add_to_sum(sum, &vector->ov_vec.v_count[i], sizeof(uint64_t));
			if (!read && vector->ov_buf[i] != NULL)
				sum = add_to_sum(sum, vector->ov_buf[i], vector->ov_vec.v_count[i]);
		}
	}
	return sum;
}

static void complete(struct operation *operation, int rc)
{
	struct m0_op *op = &operation->op;
	const struct m0_op_ops *callbacks = op->op_cbs;
	bool object = op->op_entity != NULL && is(op->op_entity, M0_ET_OBJ);
	add(&in_flight, -1);
	pthread_mutex_lock(&operation->lock);
	op->op_rc = rc;
	if (op->op_entity != NULL)
		__atomic_sub_fetch(&op->op_entity->notes[1], 1, __ATOMIC_SEQ_CST);
	if (rc != 0 && object) {
		op->op_state = M0_OS_FAILED;
		if (callbacks != NULL && callbacks->oop_failed != NULL)
			callbacks->oop_failed(op);
	} else {
		op->op_state = M0_OS_EXECUTED;
		if (callbacks != NULL && callbacks->oop_executed != NULL)
			callbacks->oop_executed(op);
		op->op_state = M0_OS_STABLE;
		if (callbacks != NULL && callbacks->oop_stable != NULL)
			callbacks->oop_stable(op);
	}
	pthread_cond_broadcast(&operation->moved);
	pthread_mutex_unlock(&operation->lock); /* from here on the caller may free it */
}

static int run_on_entity(struct operation *operation)
{
	struct m0_entity *entity = operation->op.op_entity;
	bool object = is(entity, M0_ET_OBJ);
	const struct m0_uint128 *id = &entity->en_id;
	int rc;
	switch (operation->op.op_code) {
	case M0_EO_CREATE:
		rc = object ? 0 : store_create(id);
		if (object && !is_known(&((struct m0_obj *)entity)->oa_pver))
			((struct m0_obj *)entity)->oa_pver = the_pool_version;
		entity->en_state = OPEN;
		return rc;
	default:
		rc = object ? object_delete(id) : store_delete(id);
		entity->en_state = object && rc != 0 ? BROKEN : INITIALISED;
		return rc;
	}
}

static int run(struct operation *operation, uint32_t limit)
{
	switch (operation->op.op_code) {
	case M0_EO_CREATE:
	case M0_EO_DELETE:
		return run_on_entity(operation);
	case M0_EO_SYNC:
		return 0;
	case M0_OC_READ:
	case M0_OC_WRITE:
		return object_move(&operation->op.op_entity->en_id, operation->op.op_code == M0_OC_WRITE, operation->extents,
				operation->values);
	case M0_IC_LOOKUP:
		return store_lookup(&operation->op.op_entity->en_id);
	default:
		return store_run(&operation->op.op_entity->en_id, operation->op.op_code, operation->keys, operation->values,
				operation->rcs, operation->flags, limit);
	}
}

static void fail_entity(struct m0_op *op)
{
	if (op->op_entity != NULL && is(op->op_entity, M0_ET_OBJ) && op->op_code <= M0_EO_OPEN)
		op->op_entity->en_state = BROKEN;
}

static void perform(struct operation *operation)
{
	struct fault fault = operation->fault;
	uint32_t count = operation->keys == NULL ? 0 : operation->keys->ov_vec.v_nr;
	int rc;
	DEMAND(delay == AT_ONCE || arguments_of(operation) == operation->arguments,
			"%s: its arguments changed while it was in flight", name_of(operation->op.op_code));
	DEMAND(fault.action != ABORT, "%s: as was asked for", name_of(operation->op.op_code));
	if (fault.action == FAIL) {
		fail_entity(&operation->op);
		complete(operation, fault.number);
		return;
	}
	rc = run(operation, fault.action == FAIL_HALF || fault.action == DIE ? count / 2 : UINT32_MAX);
	if (fault.action == DIE)
		kill(getpid(), SIGKILL);
	for (uint32_t i = count / 2; fault.action == FAIL_HALF && i < count; i++)
		operation->rcs[i] = fault.number;
	complete(operation, rc);
}

/* One of those that are due, at random; NULL when there is none, with the time of the next. */
static struct operation *pick(m0_time_t *next_due)
{
	struct operation **chosen = NULL, *taken, *other;
	m0_time_t now = monotonic();
	int due = 0;
	*next_due = M0_TIME_NEVER;
	for (struct operation **at = &queue; *at != NULL; at = &(*at)->next) {
		if ((*at)->due <= now && rand() % ++due == 0)
			chosen = at;
		else if ((*at)->due < *next_due)
			*next_due = (*at)->due;
	}
	if (chosen == NULL)
		return NULL;
	taken = *chosen;
	*chosen = taken->next;
	for (other = queue; other != NULL; other = other->next)
		if (other->number < taken->number) {
			add(&overtakings, 1);
			break;
		}
	return taken;
}

static void *work(void *nothing)
{
	(void)nothing;
	pthread_mutex_lock(&lock);
	while (!stopping) {
		m0_time_t next_due;
		struct operation *operation = hung ? NULL : pick(&next_due);
		if (operation != NULL) {
			pthread_mutex_unlock(&lock);
			perform(operation);
			pthread_mutex_lock(&lock);
		} else if (hung || next_due == M0_TIME_NEVER) {
			pthread_cond_wait(&arrived, &lock);
		} else {
			struct timespec until = timespec_of(next_due);
			pthread_cond_timedwait(&arrived, &lock, &until);
		}
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static bool creates_object(const struct m0_op *op)
{
	return op->op_code == M0_EO_CREATE && is(op->op_entity, M0_ET_OBJ);
}

static void launch(struct operation *operation)
{
	m0_time_t wait = 0;
	DEMAND(operation->op.op_state == M0_OS_INITIALISED, "m0_op_launch: an operation that was launched");
	DEMAND(the_client.m0c_motr != NULL, "m0_op_launch: no client");
	operation->op.op_state = M0_OS_LAUNCHED;
	operation->fault = fault_for(name_of(operation->op.op_code));
	operation->number = add(&launches, 1);
	add(&in_flight, 1);
	if (operation->fault.action == HANG)
		hung = true;
	if (creates_object(&operation->op)) { /* takes no message */
		operation->fault.action = operation->fault.action == ABORT ? ABORT : NONE;
		operation->arguments = arguments_of(operation);
		perform(operation);
		return;
	}
	if (delay == AT_ONCE && operation->fault.action == NONE && !hung) {
		perform(operation);
		return;
	}
	operation->arguments = arguments_of(operation);
	if (operation->fault.action == LOST || hung)
		return; /* for ever in flight */
	if (operation->fault.action == LATE)
		wait = operation->fault.number * 1000000ULL;
	pthread_mutex_lock(&lock);
	operation->due = monotonic() + wait + (delay > 0 ? rand() % delay * 1000ULL : 0);
	operation->next = queue;
	queue = operation;
	pthread_cond_broadcast(&arrived);
	pthread_mutex_unlock(&lock);
}

EXPORTED void m0_op_launch(struct m0_op **ops, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		launch(operation_of(ops[i], "m0_op_launch"));
}

EXPORTED int32_t m0_op_wait(struct m0_op *op, uint64_t state_bits, m0_time_t deadline)
{
	struct operation *operation = operation_of(op, "m0_op_wait");
	struct timespec until = timespec_of(deadline == M0_TIME_NEVER ? 0 : deadline > offset ? deadline - offset : 0);
	int rc = 0;
	DEMAND(state_bits != 0 && (state_bits & ~0x3cULL) == 0, "m0_op_wait: states %llx", (unsigned long long)state_bits);
	pthread_mutex_lock(&operation->lock);
	while ((1ULL << op->op_state & state_bits) == 0 && rc == 0) {
		if (op->op_state >= M0_OS_STABLE)
			rc = -ESRCH;
		else if (deadline == M0_TIME_NEVER)
			pthread_cond_wait(&operation->moved, &operation->lock);
		else if (pthread_cond_timedwait(&operation->moved, &operation->lock, &until) == ETIMEDOUT
				&& (1ULL << op->op_state & state_bits) == 0)
			rc = -ETIMEDOUT;
	}
	pthread_mutex_unlock(&operation->lock);
	return rc;
}

EXPORTED int32_t m0_rc(const struct m0_op *op)
{
	return operation_of(op, "m0_rc")->op.op_rc;
}

EXPORTED void m0_op_fini(struct m0_op *op)
{
	struct operation *operation = operation_of(op, "m0_op_fini");
	DEMAND(op->op_state == M0_OS_INITIALISED || op->op_state >= M0_OS_STABLE, "m0_op_fini: state %u", op->op_state);
	if (op->op_state == M0_OS_INITIALISED && op->op_entity != NULL)
		__atomic_sub_fetch(&op->op_entity->notes[1], 1, __ATOMIC_SEQ_CST);
	pthread_mutex_lock(&operation->lock); /* who completed it has let go of it now */
	op->op_state = M0_OS_UNINITIALISED;
	pthread_mutex_unlock(&operation->lock);
	pthread_mutex_destroy(&operation->lock);
	pthread_cond_destroy(&operation->moved);
}

EXPORTED void m0_op_free(struct m0_op *op)
{
	DEMAND(operation_of(op, "m0_op_free")->op.op_state == M0_OS_UNINITIALISED, "m0_op_free: state %u", op->op_state);
	checked_free(op);
}
