/*
 * The part of Motr's client interface that motrds uses: names, numbers and layouts of upstream commit 27e7f86ed on
 * x86-64, with only those fields named that a client may see. The stand-in implements it, C programs use it.
 */
#ifndef STANDIN_MOTR_H
#define STANDIN_MOTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t m0_time_t;
#define M0_TIME_NEVER (~0ULL)

struct m0_uint128 { uint64_t u_hi, u_lo; };
struct m0_fid { uint64_t f_container, f_key; };
struct m0_fid_type { uint8_t ft_id; const char *ft_name; bool (*ft_is_valid)(const struct m0_fid *fid); };

struct m0_vec { uint32_t v_nr; uint64_t *v_count; };
struct m0_bufvec { struct m0_vec ov_vec; void **ov_buf; };
struct m0_indexvec { struct m0_vec iv_vec; uint64_t *iv_index; };

struct m0_config {
	bool mc_is_oostore, mc_is_read_verify, mc_is_addb_init;
	const char *mc_local_addr, *mc_ha_addr, *mc_process_fid, *mc_profile;
	uint32_t mc_tm_recv_queue_min_len, mc_max_rpc_msg_size, mc_layout_id;
	int32_t mc_idx_service_id;
	void *mc_idx_service_conf;
	uint64_t mc_addb_size;
};
struct m0_idx_dix_config { bool kc_create_meta; char rest[87]; };

struct m0;
struct m0_client { void *private_; struct m0 *m0c_motr; };
struct m0_thread { char room[184]; };

/* room at the end of what is Motr's own, so that the stand-in has a place for its notes */
struct m0_entity {
	uint32_t en_type;
	struct m0_uint128 en_id;
	struct m0_realm *en_realm;
	uint32_t en_state;
	char sm[92];
	int32_t en_rc;
	char sm_rest[4];
	uint64_t notes[4];
	char rest[264];
	uint32_t en_flags;
	char end[4];
};
struct m0_realm { struct m0_entity re_entity; uint32_t re_type; struct m0_client *re_instance; };
struct m0_container { struct m0_realm co_realm; };
struct m0_idx { struct m0_entity in_entity; char attributes[24]; };
struct m0_obj {
	struct m0_entity ob_entity;
	uint64_t oa_bshift, oa_layout_id;
	struct m0_fid oa_pool, oa_pver;
	uint64_t oa_buf_size;
	void *ob_layout;
	char cookie[16];
};

struct m0_op;
struct m0_op_ops {
	void (*oop_executed)(struct m0_op *op);
	void (*oop_failed)(struct m0_op *op);
	void (*oop_stable)(struct m0_op *op);
};
struct m0_op {
	uint64_t op_magic;
	uint32_t op_code;
	int32_t op_rc;
	char group[216];
	uint32_t op_state;
	char sm[92];
	int32_t op_sm_rc;
	const struct m0_op_ops *op_cbs;
	struct m0_entity *op_entity;
	m0_time_t op_linger;
	size_t op_size;
	char rest[128];
	void *op_datum;
	char end[112];
};

enum { M0_EO_CREATE = 1, M0_EO_DELETE, M0_EO_SYNC, M0_EO_OPEN };
enum { M0_OC_READ = 10, M0_OC_WRITE };
enum { M0_IC_GET = 15, M0_IC_PUT, M0_IC_DEL, M0_IC_NEXT, M0_IC_LOOKUP, M0_IC_LIST };
enum { M0_OS_UNINITIALISED, M0_OS_INITIALISED, M0_OS_LAUNCHED, M0_OS_EXECUTED, M0_OS_STABLE, M0_OS_FAILED };
enum { M0_ET_REALM, M0_ET_OBJ, M0_ET_IDX };
enum { M0_OIF_OVERWRITE = 1, M0_OIF_EXCLUDE_START_KEY = 2, M0_OIF_SYNC_WAIT = 4 };
enum { M0_ENF_META = 1 };
enum { M0_IDX_DIX = 1 };

#define LAYOUT(type, field, offset) _Static_assert(offsetof(struct type, field) == (offset), #type "." #field)
LAYOUT(m0_config, mc_local_addr, 8);
LAYOUT(m0_config, mc_idx_service_id, 52);
LAYOUT(m0_config, mc_addb_size, 64);
LAYOUT(m0_entity, en_id, 8);
LAYOUT(m0_entity, en_state, 32);
LAYOUT(m0_entity, en_rc, 128);
LAYOUT(m0_entity, en_flags, 432);
LAYOUT(m0_realm, re_instance, 448);
LAYOUT(m0_obj, oa_layout_id, 448);
LAYOUT(m0_obj, oa_pver, 472);
LAYOUT(m0_obj, ob_layout, 496);
LAYOUT(m0_op, op_code, 8);
LAYOUT(m0_op, op_state, 232);
LAYOUT(m0_op, op_cbs, 336);
LAYOUT(m0_op, op_size, 360);
LAYOUT(m0_op, op_datum, 496);
_Static_assert(sizeof(struct m0_config) == 72 && sizeof(struct m0_entity) == 440 && sizeof(struct m0_idx) == 464
		&& sizeof(struct m0_obj) == 520 && sizeof(struct m0_op) == 616 && sizeof(struct m0_container) == 456, "sizes");

extern const struct m0_uint128 M0_UBER_REALM;
extern const struct m0_uint128 M0_ID_APP;
extern struct m0_fid_type m0_dix_fid_type;

struct m0_build_info { uint32_t bi_version; const char *bi_version_string, *bi_git_rev_id, *bi_git_describe, *bi_more[18]; };
const struct m0_build_info *m0_build_info_get(void);

void m0_trace_set_mmapped_buffer(bool mapped);
bool m0_trace_level_allow(unsigned level);
int m0_client_init(struct m0_client **out, struct m0_config *config, bool init_motr);
void m0_client_fini(struct m0_client *client, bool fini_motr);
struct m0 *m0_get(void);
int m0_thread_adopt(struct m0_thread *thread, struct m0 *motr);
void m0_thread_shun(void);
void m0_container_init(struct m0_container *container, struct m0_realm *parent, const struct m0_uint128 *id,
		struct m0_client *client);
void m0_idx_init(struct m0_idx *index, struct m0_realm *realm, const struct m0_uint128 *id);
void m0_idx_fini(struct m0_idx *index);
int m0_idx_op(struct m0_idx *index, int opcode, struct m0_bufvec *keys, struct m0_bufvec *values, int32_t *rcs,
		uint32_t flags, struct m0_op **op);
void m0_obj_init(struct m0_obj *object, struct m0_realm *realm, const struct m0_uint128 *id, uint64_t layout);
void m0_obj_fini(struct m0_obj *object);
int m0_obj_op(struct m0_obj *object, int opcode, struct m0_indexvec *extents, struct m0_bufvec *data,
		struct m0_bufvec *attributes, uint64_t mask, uint32_t flags, struct m0_op **op);
int m0_entity_create(struct m0_fid *pool, struct m0_entity *entity, struct m0_op **op);
int m0_entity_open(struct m0_entity *entity, struct m0_op **op);
int m0_entity_delete(struct m0_entity *entity, struct m0_op **op);
int m0_sync_op_init(struct m0_op **op);
int m0_sync_entity_add(struct m0_op *op, struct m0_entity *entity);
int m0_sync_op_add(struct m0_op *op, struct m0_op *of);
void m0_op_setup(struct m0_op *op, const struct m0_op_ops *callbacks, m0_time_t linger);
void m0_op_launch(struct m0_op **ops, uint32_t count);
int32_t m0_op_wait(struct m0_op *op, uint64_t state_bits, m0_time_t deadline);
int32_t m0_rc(const struct m0_op *op);
void m0_op_fini(struct m0_op *op);
void m0_op_free(struct m0_op *op);
m0_time_t m0_time_now(void);
int m0_pageshift_get(void);
int m0_uint128_sscanf(const char *text, struct m0_uint128 *out);
int m0_fid_sscanf(const char *text, struct m0_fid *out);
void *m0_alloc(size_t bytes);
void m0_free(void *memory);
int m0_bufvec_alloc(struct m0_bufvec *vector, uint32_t count, uint64_t bytes);
int m0_bufvec_empty_alloc(struct m0_bufvec *vector, uint32_t count);
void m0_bufvec_free(struct m0_bufvec *vector);
void m0_bufvec_free2(struct m0_bufvec *vector);
int m0_indexvec_alloc(struct m0_indexvec *vector, uint32_t count);
void m0_indexvec_free(struct m0_indexvec *vector);

#endif
