/* Words for random contests, script by script: what texts hold, and what rules ask for. Few enough that they meet often. */
#ifndef REFEREE_WORLDS_H
#define REFEREE_WORLDS_H

struct world {
    const char *const *words;  /* of texts */
    const char *const *terms;  /* whole, as rules write them */
    const char *const *pieces; /* of which phrases are made */
};

#define STRINGS(...) (const char *const[]){__VA_ARGS__, NULL}

static const struct world worlds[] = {
    {   /* Latin */
        STRINGS("Iran", "iran", "IRAN", "Irán", "Iran's", "Iran’s", "Iranian", "Iranians", "US", "U.S.", "U.S", "us", "talks", "Talks", "talk",
                "talking", "talked", "tall", "COVID-19", "COVID", "19", "O'Brien", "o’brien", "Brien", "résumé", "resume", "straße", "Strasse", "Mr.",
                "1,000", "Wirt\xC2\xADschaft", "ﬁne", "a", "the", "Iran-US", "naïve"),
        STRINGS("Iran", "Iran*", "Ira*", "IRAN", "'Iran'", "'IRAN'", "'iran'", "US", "U.S.", "'US'", "'us'", "~talks", "~talking", "/tal.*/",
                "/ira(n|q)/", "/[0-9]+/", "t?lks", "ta??", "tal*", "COVID-19", "COVID", "O'Brien", "'O’Brien'", "Brien", "résumé", "'résumé'", "Straße",
                "'COVID-19'", "'Iran US'", "Wirtschaft", "fine", "i?an*", "1,000", "the", "a", "~Iranians", "~US", "~résumé", "~resume", "\"Iran*\"", "na?ve",
                "münchen", "m?nchen", "xn", "x.example", "example"),
        STRINGS("Iran", "iran*", "US", "U.S.", "talks", "talk*", "t?lk", "COVID", "19", "the", "O'Brien", "Mr."),
    },
    {   /* Cyrillic */
        STRINGS("Иран", "Ирана", "Иране", "ИРАН", "Ира́н", "переговоры", "переговорах", "переговоров", "Переговоры", "сделка", "сделки", "ядерная",
                "ядерной", "ёлка", "елка", "Ёлка", "т.е.", "г.", "США", "С.Ш.А.", "и", "в", "мой", "мои", "2024", "Путин", "Путина"),
        STRINGS("Иран", "Иран*", "'Иран'", "'ИРАН'", "~переговоры", "~сделка", "~елка", "~США", "/перегов.*/", "/сдел(ка|ки)/", "сдел?а", "ядерн*", "елка", "ёлка",
                "'Ёлка'", "т.е.", "те", "США", "'США'", "мой", "мои", "и", "Путин*", "\"ядерн* сделк*\"", "/[0-9]+/"),
        STRINGS("Иран*", "ядерн*", "сделк*", "переговор*", "и", "в", "США", "г.", "елка", "мо?о*", "Путин"),
    },
    {   /* Han and kana */
        STRINGS("一带一路", "一帶一路", "一帯一路", "带路", "一", "路", "伊核协议", "伊核協議", "协议", "中国", "中國", "アラスカ", "ｱﾗｽｶ", "ラー", "会谈", "会談",
                "2024", "的", "BRI"),
        STRINGS("一带一路", "一帯一路", "一", "带", "路", "一路", "带一", "'一带一路'", "'一帶一路'", "伊核协议", "协议", "中国", "国", "中", "アラスカ", "カ", "~会谈", "~路",
                "/[一带]/", "会谈*", "一*", "BRI", "2024", "'中國'", "会談"),
        STRINGS("一", "一带", "带", "路", "伊核", "協議", "中国", "アラ", "的", "会*"),
    },
    {   /* Arabic and Persian */
        STRINGS("إيران", "ايران", "ایران", "إيراني", "الإيراني", "محادثات", "مُحَادَثَات", "محـادثات", "می\xE2\x80\x8Cخواهد", "می", "خواهد", "برجام", "١٢٣", "۱۲۳",
                "123", "والطريق", "الحزام", "و"),
        STRINGS("إيران", "ایران*", "إيران*", "'إيران'", "محادثات", "~محادثات", "/اير.*/", "می\xE2\x80\x8Cخواهد", "خواهد", "برجام", "١٢٣", "123", "مح?دثات",
                "\"الحزام والطريق\"", "و", "الحز*"),
        STRINGS("إيران", "ايران*", "محادثات", "می", "خواهد", "الحزام", "والطريق", "١٢٣"),
    },
    {   /* Hangul, Thai, Hebrew, Hindi, Greek */
        STRINGS("일대일로", "일대일로는", "일", "로", "회담", "회담에서", "ประเทศไทย", "ไทย", "צה\"ל", "צה״ל", "צהל", "हिन्दी", "हिंदी", "Αθήνα", "Αθηνα", "ΑΘΗΝΑ", "US"),
        STRINGS("일대일로", "일*", "로", "대일", "회담", "'일대'", "ไทย", "ประ", "צהל", "\"צה״ל\"", "~צהל", "हिन्दी", "हिन्द*", "हि?दी", "Αθήνα", "'Αθήνα'", "~Αθήνα", "/αθ.να/",
                "/회/"),
        STRINGS("일", "일대", "로", "회담", "ไท", "ย", "צהל", "हिन्दी", "Αθήν*", "US"),
    },
};

#define WORLDS (sizeof worlds / sizeof *worlds)

#endif
