/* What proves to a server who asks. It is told to the place that it is for and to nobody else: a redirect
 * that leads away is followed without it. It stands in no URL, no message and no log. */
#ifndef FETCH_CREDENTIALS_H
#define FETCH_CREDENTIALS_H

#include <stdbool.h>

/* Zeroed proves nothing. Texts are owned. */
struct credentials {
    char *base;       /* the place: "https://cache.example/team"; URLs below it */
    char *token;      /* for "Authorization: Bearer"; or NULL */
    char *signed_for; /* "aws:amz:REGION:s3": signed by AWS Signature Version 4 instead; or NULL */
    char *key_pair;   /* what is signed with: "KEY:SECRET" */
    char *session;    /* of key_pair, or NULL */
};

bool credentials_are_for(const struct credentials *a, const char *url);
void credentials_release(struct credentials *a);

#endif
