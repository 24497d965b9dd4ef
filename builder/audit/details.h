/* What a picture of a file shows besides its findings. */
#ifndef AUDIT_DETAILS_H
#define AUDIT_DETAILS_H

#include "audit/internal.h"

/* Fills report.sections and report.table. */
void details_gather(struct check *c);

#endif
