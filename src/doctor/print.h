/* print.h -- the findings, for a person or for a program. */
#ifndef HEADWAY_DOCTOR_PRINT_H
#define HEADWAY_DOCTOR_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "doctor/finding.h"
#include "doctor/seen.h"

/* A line a check; then, of each that is wrong or worth a note, why and what to
 * paste. */
void print_findings(FILE *out, const struct findings *all, bool color);

/* One object a line; its keys are headway(1)'s. */
void print_json(FILE *out, const struct seen *s, const struct findings *all);

#endif
