/* Memory that the library hands out: canaries on both sides, a count, and poison in what was given back. */
#include "standin.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIVE 0x5a17d111f00dca7eULL
#define FREED 0xdeadf7eed0b10c55ULL
#define CANARY 0xc4
#define POISON 0xdd
enum { MARGIN = 32, QUARANTINED = 512 };

struct block {
	uint64_t magic;
	size_t bytes;
	struct block *next, *previous;
	char front[MARGIN];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block live = { LIVE, 0, &live, &live, { 0 } };
static struct block *quarantine[QUARANTINED];
static unsigned turn;
static int64_t count;

void panic(const char *format, ...)
{
	va_list arguments;
	fputs("motr stand-in: panic: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	fflush(stderr);
	abort();
}

static char *memory_of(struct block *block)
{
	return (char *)(block + 1);
}

static void all(const char *from, int value, size_t bytes, const char *what)
{
	for (size_t i = 0; i < bytes; i++)
		DEMAND(from[i] == (char)value, "%s", what);
}

static void check_live(struct block *block)
{
	DEMAND(block->magic == LIVE, block->magic == FREED ? "memory is freed twice" : "freed what the library did not give");
	all(block->front, CANARY, MARGIN, "something was written in front of a buffer");
	all(memory_of(block) + block->bytes, CANARY, MARGIN, "something was written behind a buffer");
}

static void check_freed(struct block *block)
{
	DEMAND(block->magic == FREED, "the note of a freed buffer was overwritten");
	all(memory_of(block), POISON, block->bytes, "a buffer was written to after it was freed");
}

void *checked_alloc(size_t bytes)
{
	struct block *block = malloc(sizeof *block + bytes + MARGIN);
	DEMAND(block != NULL, "out of memory");
	block->magic = LIVE;
	block->bytes = bytes;
	memset(block->front, CANARY, MARGIN);
	memset(memory_of(block), 0, bytes);
	memset(memory_of(block) + bytes, CANARY, MARGIN);
	pthread_mutex_lock(&lock);
	block->next = live.next;
	block->previous = &live;
	live.next->previous = block;
	live.next = block;
	count++;
	pthread_mutex_unlock(&lock);
	return memory_of(block);
}

void checked_free(void *memory)
{
	struct block *block = (struct block *)memory - 1, *old;
	if (memory == NULL)
		return;
	pthread_mutex_lock(&lock);
	check_live(block);
	block->magic = FREED;
	block->next->previous = block->previous;
	block->previous->next = block->next;
	count--;
	memset(memory, POISON, block->bytes);
	old = quarantine[turn];
	quarantine[turn] = block;
	turn = (turn + 1) % QUARANTINED;
	if (old != NULL)
		check_freed(old);
	pthread_mutex_unlock(&lock);
	free(old);
}

EXPORTED void standin_check_memory(void)
{
	pthread_mutex_lock(&lock);
	for (struct block *block = live.next; block != &live; block = block->next)
		check_live(block);
	for (int i = 0; i < QUARANTINED; i++)
		if (quarantine[i] != NULL)
			check_freed(quarantine[i]);
	pthread_mutex_unlock(&lock);
}

EXPORTED int64_t standin_allocations(void)
{
	int64_t now;
	pthread_mutex_lock(&lock);
	now = count;
	pthread_mutex_unlock(&lock);
	return now;
}

EXPORTED void *m0_alloc(size_t bytes)
{
	thread_calls();
	return checked_alloc(bytes);
}

EXPORTED void m0_free(void *memory)
{
	checked_free(memory);
}

EXPORTED int m0_bufvec_empty_alloc(struct m0_bufvec *vector, uint32_t segments)
{
	thread_calls();
	vector->ov_vec.v_nr = segments;
	vector->ov_vec.v_count = checked_alloc(segments * sizeof(uint64_t));
	vector->ov_buf = checked_alloc(segments * sizeof(void *));
	return 0;
}

EXPORTED int m0_bufvec_alloc(struct m0_bufvec *vector, uint32_t segments, uint64_t bytes)
{
	DEMAND(bytes > 0, "m0_bufvec_alloc: buffers of no size");
	m0_bufvec_empty_alloc(vector, segments);
	for (uint32_t i = 0; i < segments; i++) {
		vector->ov_vec.v_count[i] = bytes;
		vector->ov_buf[i] = checked_alloc(bytes);
	}
	return 0;
}

EXPORTED void m0_bufvec_free2(struct m0_bufvec *vector)
{
	checked_free(vector->ov_buf);
	checked_free(vector->ov_vec.v_count);
	memset(vector, 0, sizeof *vector);
}

EXPORTED void m0_bufvec_free(struct m0_bufvec *vector)
{
	for (uint32_t i = 0; i < vector->ov_vec.v_nr; i++)
		checked_free(vector->ov_buf[i]);
	m0_bufvec_free2(vector);
}

EXPORTED int m0_indexvec_alloc(struct m0_indexvec *vector, uint32_t segments)
{
	return m0_bufvec_empty_alloc((struct m0_bufvec *)vector, segments);
}

EXPORTED void m0_indexvec_free(struct m0_indexvec *vector)
{
	m0_bufvec_free2((struct m0_bufvec *)vector);
}
