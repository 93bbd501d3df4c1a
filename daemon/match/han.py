#!/usr/bin/python3
"""Make han.inc: pairs (character, representative) that bring traditional, simplified and Japanese forms together.

    han.py Unihan_Variants.txt STCharacters.txt TSCharacters.txt TWVariants.txt HKVariants.txt JPVariants.txt > han.inc

Unihan_Variants.txt is part of Unicode's Unihan database (Debian: unicode-data; Unicode licence). The others are OpenCC's dictionaries
(Apache Licence 2.0), in Debian as /usr/share/opencc/NAME.ocd2, of which `opencc_dict -f ocd2 -t text` makes texts. Forms are one when a
chain of variants leads from one to the other; the least character of all that meet stands for them. MORE has old and new forms that
meet in Japan's newspapers and that neither knows.
"""
import re, sys

MORE = """
姫姬 隣鄰 頬頰 尭堯 賎賤 渋澁 瓶甁 姉姊 慎愼 青靑 清淸 島嶋 島嶌 鉱礦 砿礦 窓窗 畝畒 鶯鴬 壺壷 富冨 回廻 槙槇 巖巗 概槪 襃褒 贓賍 讃讚 邉邊 顚顛 飃飄 餠餅 騨驒
鯵鰺 呑吞 喩喻 栢柏 凖準 婿壻 妊姙 寳寶 廐廏 廐廄 厩廐 慙慚 暖煖 朶朵 椀碗 略畧 皓皜 碁棋 罰罸 腸膓 鼓皷 靭韌 靱韌 飜翻 騐驗 鮨鮓 鵞鵝 軣轟 譛譖 諌諫 薗園 鑚鑽 閙鬧
闊濶 竝並 篭籠 氷冰 寜寧 砲炮 艶艷 鬪闘 飮飲 欝鬱 頚頸 涜瀆 蝿蠅 逹達 渕淵 讐讎 雁鴈 駄馱 舩船 鼡鼠 穐秋 兔兎 凾函 刄刃 嚢囊 妍姸 屏屛 幷并 彝彜 楕橢 潅灌 煕熙
羮羹 蕋蕊 駈驅 髙高 﨑崎 濵浜 栁柳 桒桑 冝宜 鬭闘 兠兜 曻昇 釼剣 劔剣 剱剣 劒剣 圀国 軆体 躰体 鼇鰲
"""

parent = {}


def find(c):
    while parent.setdefault(c, c) != c:
        c = parent[c]
    return c


def join(a, b):
    a, b = find(ord(a)), find(ord(b))
    parent[max(a, b)] = min(a, b)


def join_unihan(path):
    for line in open(path, encoding="utf-8"):
        m = re.match(r"U\+(\w+)\t(kSimplifiedVariant|kTraditionalVariant|kZVariant)\t(.*)", line)
        if m:
            for other in re.findall(r"U\+(\w+)", m[3]):
                join(chr(int(m[1], 16)), chr(int(other, 16)))


def join_opencc(path):
    for line in open(path, encoding="utf-8"):
        form, *others = line.split()
        for other in others:
            if len(form) == len(other) == 1:
                join(form, other)


join_unihan(sys.argv[1])
for path in sys.argv[2:]:
    join_opencc(path)
for one, other in MORE.split():
    join(one, other)

pairs = sorted((c, find(c)) for c in parent if find(c) != c and find(c) < 0x10000)
print("/* Made by han.py from Unicode's Unihan database and OpenCC's dictionaries (Apache Licence 2.0); do not edit. */")
for i in range(0, len(pairs), 12):
    print(" ".join("{0x%04X,0x%04X}," % p for p in pairs[i:i + 12]))
