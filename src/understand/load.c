/* load.c - what reading a mail would otherwise take from files. */
#include "understand/mime.h"

#include <iconv.h>

/* A converter that is open keeps its module in memory.  Mail names other
 * charsets too; without a file they are guessed (mime.c). */
static const char *const charsets[] = {
	"GB18030", "BIG5", "BIG5-HKSCS", "EUC-CN", "ISO-2022-CN", "UTF-7",
	"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "WINDOWS-1250",
	"WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254",
	"WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "WINDOWS-1258",
	"WINDOWS-874", "ISO-8859-1", "ISO-8859-2", "ISO-8859-3",
	"ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7",
	"ISO-8859-8", "ISO-8859-9", "ISO-8859-10", "ISO-8859-13",
	"ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "KOI8-R", "KOI8-U",
	"SHIFT_JIS", "EUC-JP", "ISO-2022-JP", "EUC-KR", "ISO-2022-KR",
	"UHC", "TIS-620", "MACINTOSH",
};

void
mime_load(void)
{
	static bool done;
	size_t i;

	if (done)
		return;
	done = true;
	mime_init();
	/* Left open on purpose. */
	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		(void)iconv_open("UTF-8", charsets[i]);
	(void)iconv_open("GB18030", "UTF-8");
}
