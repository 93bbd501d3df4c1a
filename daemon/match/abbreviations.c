#include "match/abbreviations.h"

#include <pthread.h>

#include "match/words.h"

/* Folded. In doubt one stands in: a lost hit costs more. */
static const struct {
    struct sv language; /* empty: all */
    const char *list;
} abbreviations[] = {
    {SV(""), " mr mrs ms dr drs prof profs st no nos vs jr sr inc ltd co corp etc al fig vol pp ed eds art ca cf approx dept assn intl est gen gens maj col cpl lt sgt "
             "pvt capt cmdr brig adm rev hon pres gov govs sen sens rep reps sec amb atty supt insp det esq jan feb mar apr jun jul aug sep sept oct nov dec tues thurs "
             "ariz calif colo conn fla mich minn okla tenn wis mt ft bros univ ave blvd bd messrs mme mlle ph "},
    {SV("de"), " bzw usw evtl ggf inkl zzgl str nr hr fr dipl ing vgl abs abb anm hrsg aufl kap bsp bspw bzgl gem max min std tgl tsd zzt mio mrd tel sog geb gest jh fa "
               "okt dez med phil rer nat jur habil hl bes chr sen jun reg bez "},
    {SV("fr"), " av boul env ex fasc m mm mmes mgr pr ste pp cf ch chap tel janv fevr avr juil "},
    {SV("es"), " excmo excma rvdo mons dpto hno fco sra sres srta dra lic ing gral cia dna ud uds num pag pags cap ee uu aprox av avda "},
    {SV("it"), " cfr sig sigg dott ing avv on ecc pag "},
    {SV("pt"), " ilmo exma des sra dra eng exmo av num ex pag "},
    {SV("nl"), " dhr mevr ir nr bijv blz enz "},
    {SV("sv"), " ex dvs osv kl nr milj "},
    {SV("da"), " eks kl nr jf inkl ekskl mio mia tlf adm dir "},
    {SV("no"), " eks kl nr jf inkl ekskl mill mrd tlf adm dir "},
    {SV("nb"), " eks kl nr jf inkl ekskl mill mrd tlf adm dir "},
    {SV("fi"), " esim ym mm klo ns nk mrd milj "},
    {SV("hu"), " pl stb kb un ifj ozv "},
    {SV("vi"), " tp gs ts ths pgs bs "},
    {SV("id"), " dll dsb dst hlm jl kab prov kec tn ny yth sdr drs dra "},
    {SV("hi"), " डॉ प्रो श्री पं सं "},
    {SV("ru"), " г гг в вв ул пер пл пос оз др пр тыс млн млрд трлн руб коп кг км мин сек им проф акад ген тов гос см стр рис ред изд обл р н ст т д п гл св тел чел кв "
               "янв февр авг сент окт нояб дек напр тж итд итп прим пом деп респ "},
    {SV("uk"), " р рр вул ін тис млн млрд грн коп ім проф акад ген див стор обл м св напр рис тел просп пл "},
    {SV("bg"), " г гр ул др проф акад "},
    {SV("sr"), " г ул др проф "},
    {SV("el"), " κα δηλ κτλ αρ σελ τηλ "},
    {SV("pl"), " np itd itp tzw tzn ul im sw ks plk min prof dr mgr inz godz tys mln mld zl "},
    {SV("cs"), " napr tzv atd apod mj tis tj ing mgr str "},
    {SV("ro"), " dl dna nr str "},
    {SV("tr"), " cad sok mah alb org yrd orn sn doc prof dr av vb vs no bkz "},
};

_Static_assert(sizeof abbreviations / sizeof *abbreviations <= 32, "a bit for each list");

/* All of them in one table, found by hash: of each the lists that hold it, a bit for each list. */
#define SLOTS 2048 /* several times their number */

static struct abbreviation {
    struct sv word;
    uint32_t lists;
} known[SLOTS];

static struct abbreviation *slot_of(struct sv word)
{
    size_t i = words_hash(word) % SLOTS;
    while (known[i].word.n && !sv_eq(known[i].word, word))
        i = (i + 1) % SLOTS;
    return &known[i];
}

static void fill_known(void)
{
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
        struct sv rest = sv_of(abbreviations[i].list), word;
        while (sv_split(&rest, ' ', &word))
            if (word.n) {
                struct abbreviation *a = slot_of(word);
                *a = (struct abbreviation){word, a->lists | 1u << i};
            }
    }
}

uint32_t abbreviation_lists(struct sv language)
{
    uint32_t lists = 0;
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++)
        if (!language.n || sv_starts_nocase(language, abbreviations[i].language))
            lists |= 1u << i;
    return lists;
}

bool abbreviation_known(struct sv folded, uint32_t lists)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_known);
    return slot_of(folded)->lists & lists;
}
