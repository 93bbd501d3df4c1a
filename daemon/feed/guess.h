/* Within the feed stage: the charset of bytes that no label explains. */
#ifndef FEED_GUESS_H
#define FEED_GUESS_H

#include "base/sv.h"

/* A name as of encoding_find. `text` is not UTF-8; its ASCII is passed over. Chinese, Japanese and Korean are told by whether
 * the bytes pair up in the charset, and by how many pairs are among the common ones of its script; Cyrillic, Greek, Arabic,
 * Hebrew and Thai by unbroken words of bytes above 127 and the share of the ten letters that are the commonest there; the languages
 * of Central Europe, the Baltic and Turkey by their letters with marks. What is nothing of it is Western text: windows-1252. */
const char *guess_charset(struct sv text);

#endif
