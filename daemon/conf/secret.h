/* What must not be shown: passwords, keys, tokens. Private to this folder. */
#ifndef CONF_SECRET_H
#define CONF_SECRET_H

#include "base/diag.h"

/* Whether an option of this name holds a secret: librdkafka's sasl.password, ssl.key.pem and their like. */
bool secret_is(struct sv option);
/* For diags.hide: overwrite with stars what a piece of a configuration holds of secrets: the values of such options, misspelt ones too,
 * and what URLs hold. `copy` is a copy of the text from `from` to `to`; its length stays. Linear in `to`. */
void secret_hide(struct sv text, size_t from, size_t to, char *copy);

#endif
