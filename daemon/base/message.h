/* A message for Kafka: what alert makes, store keeps and publish sends. */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include "base/sv.h"

struct message_header {
    struct sv name, value;
};

struct message {
    struct sv id;    /* the event's id, hexadecimal */
    struct sv topic;
    struct sv key;
    struct sv value;
    struct message_header *headers;
    size_t header_count;
};

#endif
