/* What goes wrong, and when: the grammar is in standin.h. */
#include "standin.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 32 };

struct rule {
	char operation[12];
	long nth, every, seen;
	struct fault fault;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule rules[MOST];
static volatile int count;

static bool action_of(const char *text, struct fault *fault)
{
	static const struct { const char *name; enum action action; } bare[] = {
		{ "lost", LOST }, { "hang", HANG }, { "abort", ABORT }, { "die", DIE } };
	for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
		if (strcmp(text, bare[i].name) == 0) {
			fault->action = bare[i].action;
			return true;
		}
	if (sscanf(text, "keys:%d", &fault->number) == 1)
		fault->action = FAIL_HALF;
	else if (sscanf(text, "late:%d", &fault->number) == 1)
		fault->action = LATE;
	else if (sscanf(text, "%d", &fault->number) == 1 && fault->number < 0)
		fault->action = FAIL;
	return fault->action != NONE;
}

static bool rule_of(char *text, struct rule *rule)
{
	char *action = strchr(text, '=');
	size_t name = strcspn(text, "#%=");
	if (action == NULL || name >= sizeof rule->operation)
		return false;
	memcpy(rule->operation, text, name);
	rule->nth = text[name] == '#' ? atol(text + name + 1) : 0;
	rule->every = text[name] == '%' ? atol(text + name + 1) : 0;
	return action_of(action + 1, &rule->fault);
}

EXPORTED int standin_faults(const char *text)
{
	char *copy = strdup(text), *rest = NULL;
	int rc = 0;
	pthread_mutex_lock(&lock);
	count = 0;
	memset(rules, 0, sizeof rules);
	for (char *one = strtok_r(copy, ";", &rest); one != NULL && rc == 0; one = strtok_r(NULL, ";", &rest))
		if (count < MOST && rule_of(one, &rules[count]))
			count++;
		else
			rc = -1;
	if (rc != 0)
		count = 0;
	pthread_mutex_unlock(&lock);
	free(copy);
	return rc;
}

/* Reads a file and removes it. */
static void take_file(const char *name, char *text, size_t size)
{
	FILE *file = fopen(name, "r");
	if (file == NULL)
		return;
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
	unlink(name);
}

void faults_at_load(const char *folder)
{
	const char *set = getenv("MOTR_STANDIN_FAULTS");
	char text[1000] = "", *name;
	if (set != NULL)
		snprintf(text, sizeof text, "%s", set);
	else if (folder != NULL && asprintf(&name, "%s/faults", folder) > 0) {
		take_file(name, text, sizeof text);
		free(name);
	}
	DEMAND(standin_faults(text) == 0, "faults that are not understood: %s", text);
}

static bool is_about(const struct rule *rule, const char *operation)
{
	bool ordinary = strcmp(operation, "init") != 0 && strcmp(operation, "fini") != 0;
	return strcmp(rule->operation, operation) == 0 || (ordinary && strcmp(rule->operation, "any") == 0);
}

struct fault fault_for(const char *operation)
{
	struct fault fault = { NONE, 0 };
	if (count == 0)
		return fault;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < count; i++) {
		struct rule *rule = &rules[i];
		if (!is_about(rule, operation))
			continue;
		rule->seen++;
		if (fault.action == NONE && (rule->nth == 0 || rule->seen == rule->nth)
				&& (rule->every == 0 || rule->seen % rule->every == 0))
			fault = rule->fault;
	}
	pthread_mutex_unlock(&lock);
	return fault;
}
