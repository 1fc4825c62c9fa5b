/* reading.h -- what the responder's bodies and events say.  Pure; texts that
 * are no JSON of its are no error, but say nothing. */
#ifndef HEADWAY_DOCTOR_READING_H
#define HEADWAY_DOCTOR_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "doctor/seen.h"

/* The body of /healthz: ours, broker and server of *h. */
void reading_health(struct seen_health *h, const char *body);

/* The life in the "id" that /tasks begins with (its body may be cut); 0: none. */
uint64_t reading_tasks_life(const char *body);

/* Is it {"error":...}, as the responder answers what is not to be found? */
bool reading_error(const char *body);

/* A number of an event's data; false: it has none of that name. */
bool reading_number(const char *data, size_t len, const char *key, double *n);

/* May this broker's life be read from an event's id?  0: no. */
uint64_t reading_life(const char *id);

#endif
