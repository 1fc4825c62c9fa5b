/* places.h -- where the rest of this installation is: its other programs, the
 * page, the templates of conf/.
 *
 * Never by PATH, where another installation's may come first.  It is, in this
 * order: the build tree that this program stands in (its file source-directory
 * says where the sources are); beside this program as `make install` lays it
 * out, so that a tree that was moved, or installed with another prefix than
 * configured, is whole; as configured. */
#ifndef HEADWAY_PLACES_H
#define HEADWAY_PLACES_H

enum place {
	PLACE_BROKER,    /* headwayd */
	PLACE_RESPONDER, /* headway.fcgi */
	PLACE_DOCTOR,    /* headway-doctor */
	PLACE_PAGE,      /* the directory of index.html */
	PLACE_CONF,      /* the directory of lighttpd/up.conf.in and the other templates */
	PLACES
};

/* Its absolute path; free(3) it.  Whether anything is there is for the caller
 * to find out. */
char *places_path(enum place place);

/* The same of a program that stands in `directory`; for tests. */
char *places_path_from(const char *directory, enum place place);

#endif
