/* pdf.h - what Cairo leaves out of a PDF: the language of the document, the
 * title in the window's bar, and a file identifier made from the bytes.
 *
 * Added as an incremental update (ISO 32000-1, 7.5.6) behind the bytes as
 * they are, so nothing that Cairo wrote is moved. */
#ifndef DUNLIN_RENDER_PDF_H
#define DUNLIN_RENDER_PDF_H

#include "base/err.h"

#include <stddef.h>

/* bytes[n] as Cairo 1.16 to 1.18 writes a PDF 1.5; ERR_CONFIG when it is put
 * together in another way.  language is a tag of letters and -. */
int pdf_complete(void *owner, const char *bytes, size_t n,
    const char *language, char **ret_bytes, size_t *ret_len,
    struct err *err);

#endif
