/* target.h -- the URL that a user gives, and those that it means.  Pure. */
#ifndef HEADWAY_DOCTOR_TARGET_H
#define HEADWAY_DOCTOR_TARGET_H

#include <stdbool.h>

#include "doctor/seen.h"

/* The mount that `url` lies in, which may be the page's, or that of a route
 * ("http://host/headway/events/backup" lies in "http://host/headway"); without
 * a scheme it is http.  *path: where the mount's path begins in it.  False: it
 * is no http or https URL, or longer than SEEN_MOUNT. */
bool target_mount(char mount[SEEN_MOUNT], const char **path, const char *url);

#endif
