/* Within the feed stage: RSS, RDF and Atom. */
#ifndef FEED_XML_H
#define FEED_XML_H

#include "feed/document.h"

struct xml;

struct xml *xml_new(struct document *);
/* UTF-8. false: nothing more is wanted. */
bool xml_write(struct xml *, struct sv utf8, bool last);
/* After the last bytes: tells the document what it was. */
void xml_finish(struct xml *);
void xml_free(struct xml **);

#endif
