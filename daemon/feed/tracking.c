#include "feed/tracking.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Families of names. None that could say which article it is: id, p, article, story and the like stay. */
static const struct sv prefixes[] = {
    SV("utm_"), SV("at_"), SV("ns_"), SV("mc_"), SV("pk_"), SV("mtm_"), SV("piwik_"), SV("matomo_"), SV("hsa_"), SV("_hs"), SV("__hs"), SV("oly_"),
    SV("vero_"), SV("wt_mc"), SV("wt_zmc"), SV("wt.mc"), SV("wt.z_"), SV("ga_"), SV("itm_"), SV("int_"), SV("guce_"), SV("cm_mm"), SV("fb_"), SV("trk_"),
    SV("mkt_"), SV("stm_"), SV("__twitter"), SV("bsft_"),
};
static const struct sv names[] = {
    SV("fbclid"), SV("gclid"), SV("gclsrc"), SV("gbraid"), SV("wbraid"), SV("dclid"), SV("msclkid"), SV("yclid"), SV("ysclid"), SV("twclid"),
    SV("ttclid"), SV("igshid"), SV("igsh"), SV("li_fat_id"), SV("_openstat"), SV("_ga"), SV("_gl"), SV("_ke"), SV("epik"), SV("wickedid"),
    SV("xtor"), SV("xtref"), SV("cmp"), SV("cmpid"), SV("cmp_id"), SV("campaign_id"), SV("campaignid"), SV("s_cid"), SV("s_kwcid"), SV("ncid"),
    SV("icid"), SV("intcid"), SV("ito"), SV("ocid"), SV("ftag"), SV("ftcamp"), SV("smid"), SV("sref"), SV("srnd"), SV("emc"), SV("mbid"),
    SV("taid"), SV("tsrc"), SV("guccounter"), SV("soc_src"), SV("soc_trk"), SV("sr_share"), SV("ref_src"), SV("ref_url"), SV("spm"), SV("scm"),
    SV("dicbo"), SV("tblci"), SV("traffic_source"), SV("feedtype"), SV("feedname"), SV("rssfeed"), SV("rss_source"), SV("wprss"), SV("zanpid"),
    SV("phpsessid"), SV("jsessionid"), SV("aspsessionid"), SV("cfid"), SV("cftoken"),
};
/* These track when they say that the reader comes from a feed; else they may mean anything. */
static const struct sv origins[] = {
    SV("ref"), SV("referrer"), SV("referer"), SV("source"), SV("src"), SV("from"), SV("via"), SV("cid"), SV("feed"), SV("campaign"), SV("medium"),
    SV("channel"), SV("mod"), SV("partner"), SV("origin"), SV("rss"), SV("atom"), SV("output"), SV("type"), SV("link"), SV("app"), SV("seg"),
};

static bool is_among(struct sv name, const struct sv *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq_nocase(name, list[i]))
            return true;
    return false;
}

/* "rss", "RSS-123", "rss_world", "newsrss", "feed", "feedburner" */
static bool says_feed(struct sv v)
{
    return sv_starts_nocase(v, SV("rss")) || sv_starts_nocase(v, SV("feed")) || sv_eq_nocase(v, SV("atom")) ||
           (v.n > 3 && sv_eq_nocase(sv_from(v, v.n - 3), SV("rss")));
}

static bool is_switch(struct sv v)
{
    static const struct sv values[] = {SV(""), SV("1"), SV("0"), SV("yes"), SV("true"), SV("y"), SV("on")};
    return is_among(v, values, COUNT(values));
}

bool tracking_parameter(struct sv parameter)
{
    if (sv_starts_nocase(parameter, SV("amp;"))) /* escaped once too often */
        parameter = sv_from(parameter, 4);
    struct sv value = parameter, name;
    if (parameter.n == 0) /* nothing between two & */
        return true;
    sv_split(&value, '=', &name);
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (sv_starts_nocase(name, prefixes[i]))
            return true;
    if (is_among(name, names, COUNT(names)))
        return true;
    if (sv_eq_nocase(name, SV("rss")) || sv_eq_nocase(name, SV("atom")))
        return is_switch(value) || says_feed(value);
    return is_among(name, origins, COUNT(origins)) && says_feed(value);
}

bool tracking_fragment(struct sv fragment)
{
    static const struct sv marks[] = {SV(""), SV("rss"), SV("feed"), SV("atom")};
    if (is_among(fragment, marks, COUNT(marks)) || sv_starts(fragment, SV(":~:")))
        return true;
    for (struct sv parameter; sv_split(&fragment, '&', &parameter);)
        if (sv_find(parameter, SV("=")) < 0 || !tracking_parameter(parameter))
            return false;
    return true;
}
