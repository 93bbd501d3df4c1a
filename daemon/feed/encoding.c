/* The labels of the WHATWG Encoding standard, and those others that occur. */
#include "feed/encoding.h"

#include "base/ascii.h"

struct row {
    const char *name, *labels; /* letters and digits alone, with a blank around each */
};

static const struct row rows[] = {
    {"utf-8", " utf8 unicode11utf8 unicode20utf8 xunicode20utf8 utf8mb4 utf8bom cp65001 "},
    {"utf-16le", " utf16le utf16 csunicode iso10646ucs2 ucs2 unicode unicodefeff "},
    {"utf-16be", " utf16be unicodefffe "},
    {"utf-32le", " utf32le utf32 ucs4 iso10646ucs4 "},
    {"utf-32be", " utf32be "},
    {"windows-1252",
     " windows1252 cp1252 xcp1252 iso88591 iso885911987 latin1 l1 isoir100 csisolatin1 ansix341968 ascii usascii cp819 ibm819 "},
    {"windows-1251", " windows1251 cp1251 xcp1251 win1251 "},
    {"windows-1250", " windows1250 cp1250 xcp1250 win1250 "},
    {"windows-1253", " windows1253 cp1253 xcp1253 win1253 "},
    {"windows-1254", " windows1254 cp1254 xcp1254 win1254 iso88599 iso885991989 latin5 l5 isoir148 csisolatin5 "},
    {"windows-1255", " windows1255 cp1255 xcp1255 win1255 "},
    {"windows-1256", " windows1256 cp1256 xcp1256 win1256 "},
    {"windows-1257", " windows1257 cp1257 xcp1257 win1257 "},
    {"windows-1258", " windows1258 cp1258 xcp1258 win1258 "},
    {"windows-874", " windows874 cp874 dos874 iso885911 tis620 "},
    {"iso-8859-2", " iso88592 iso885921987 latin2 l2 isoir101 csisolatin2 "},
    {"iso-8859-3", " iso88593 iso885931988 latin3 l3 isoir109 csisolatin3 "},
    {"iso-8859-4", " iso88594 iso885941988 latin4 l4 isoir110 csisolatin4 "},
    {"iso-8859-5", " iso88595 iso885951988 cyrillic isoir144 csisolatincyrillic "},
    {"iso-8859-6",
     " iso88596 iso885961987 iso88596e iso88596i csiso88596e csiso88596i arabic asmo708 ecma114 isoir127 csisolatinarabic "},
    {"iso-8859-7", " iso88597 iso885971987 greek greek8 suneugreek ecma118 elot928 isoir126 csisolatingreek "},
    {"iso-8859-8", " iso88598 iso885981988 iso88598e csiso88598e hebrew visual isoir138 csisolatinhebrew "},
    {"iso-8859-8-i", " iso88598i csiso88598i logical "},
    {"iso-8859-10", " iso885910 latin6 l6 isoir157 csisolatin6 "},
    {"iso-8859-13", " iso885913 latin7 l7 "},
    {"iso-8859-14", " iso885914 latin8 l8 "},
    {"iso-8859-15", " iso885915 latin9 l9 csisolatin9 "},
    {"iso-8859-16", " iso885916 latin10 l10 "},
    {"koi8-r", " koi8r koi8 koi cskoi8r "},
    {"koi8-u", " koi8u koi8ru "},
    {"ibm866", " ibm866 cp866 866 csibm866 "},
    {"macintosh", " macintosh mac xmacroman csmacintosh "},
    {"x-mac-cyrillic", " xmaccyrillic xmacukrainian "},
    {"gb18030", " gb18030 gbk xgbk gb2312 gb231280 chinese csgb2312 csiso58gb231280 isoir58 cp936 ms936 windows936 euccn "},
    {"big5", " big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 ms950 windows950 "},
    {"euc-jp", " eucjp xeucjp cseucpkdfmtjapanese "},
    {"iso-2022-jp", " iso2022jp csiso2022jp "},
    {"shift_jis", " shiftjis sjis xsjis csshiftjis mskanji ms932 cp932 windows932 windows31j "},
    {"euc-kr", " euckr cseuckr korean ksc5601 ksc56011987 ksc56011989 csksc56011987 isoir149 windows949 cp949 ms949 uhc "},
    /* These the standard replaces by nothing, to keep scripts out of browsers. There is no other reason not to read them. */
    {"iso-2022-kr", " iso2022kr csiso2022kr "},
    {"iso-2022-cn", " iso2022cn iso2022cnext "},
    {"x-user-defined", " xuserdefined "},
};

static bool has_label(const struct row *row, const char *padded)
{
    return strstr(row->labels, padded);
}

/* iconv takes more than charsets: "//" begins a suffix, "" is the locale's, and some, such as UTF-7, hide ASCII. */
static bool iconv_has(const char *name)
{
    iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1)
        return false;
    static const char ascii[] = "<?xml \"{[]}\">\n";
    char in[sizeof ascii], out[sizeof ascii + 16], *from = in, *to = out;
    memcpy(in, ascii, sizeof ascii);
    size_t left = sizeof ascii, room = sizeof out;
    bool good = iconv(converter, &from, &left, &to, &room) != (size_t)-1 && memcmp(out, ascii, sizeof ascii) == 0;
    iconv_close(converter);
    return good;
}

bool encoding_find(struct sv label, char name[ENCODING_NAME])
{
    char padded[ENCODING_NAME + 2] = " ", plain[ENCODING_NAME];
    size_t n = 1;
    label = sv_trim(label);
    if (label.n == 0 || label.n >= ENCODING_NAME)
        return false;
    for (size_t i = 0; i < label.n; i++) {
        char c = ascii_lower(label.p[i]);
        plain[i] = c;
        if (ascii_is_letter(c) || ascii_is_digit(c))
            padded[n++] = c;
        else if (!strchr("-_.: ()", c) || !c)
            return false;
    }
    plain[label.n] = 0;
    padded[n] = ' ', padded[n + 1] = 0;
    for (size_t i = 0; n > 1 && i < sizeof rows / sizeof *rows; i++)
        if (has_label(&rows[i], padded)) {
            strcpy(name, rows[i].name);
            return true;
        }
    if (n == 1 || !iconv_has(plain))
        return false;
    strcpy(name, plain);
    return true;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

bool encoding_is_multibyte(const char *name)
{
    static const char *const names[] = {"gb18030", "big5", "euc-kr", "shift_jis", "euc-jp", "euc-tw", "johab", NULL};
    return is_one_of(name, names);
}

bool encoding_is_seven_bit(const char *name)
{
    return strncmp(name, "iso-2022-", 9) == 0;
}
