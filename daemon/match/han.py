#!/usr/bin/python3
"""Make han.inc: pairs (character, representative) that bring traditional, simplified and Japanese forms together.

    han.py Unihan_Variants.txt > han.inc

Unihan_Variants.txt is part of Unicode's Unihan database (Debian: unicode-data). It does not know the forms that Japan made
new in 1946; they stand here, each old one before its new one.
"""
import re, sys

SHINJITAI = """
乘乗 亂乱 亙亘 亞亜 佛仏 來来 假仮 傳伝 僞偽 價価 儉倹 兒児 內内 兩両 剎刹 剩剰 劍剣 劑剤 勞労 勳勲 勵励 勸勧 勻匀 區区 卷巻 卻却 參参 吳呉 咒呪 啞唖
單単 噓嘘 嚙噛 嚴厳 囑嘱 圈圏 國国 圍囲 圓円 圖図 團団 增増 墮堕 壓圧 壘塁 壞壊 壤壌 壯壮 壹壱 壽寿 奧奥 奬奨 妝粧 孃嬢 學学 寢寝 實実 寫写 寬寛 寶宝
將将 專専 對対 屆届 屬属 峯峰 峽峡 嶽岳 巖巌 巢巣 帶帯 廁厠 廢廃 廣広 廳庁 彈弾 彌弥 彎弯 彥彦 徑径 從従 徵徴 德徳 恆恒 悅悦 惠恵 惡悪 惱悩 慘惨 應応
懷懐 戀恋 戰戦 戲戯 戶戸 戾戻 拂払 拔抜 拜拝 挾挟 插挿 揭掲 搔掻 搖揺 搜捜 摑掴 擇択 擊撃 擔担 據拠 擴拡 攝摂 攪撹 收収 效効 敕勅 敘叙 數数 斷断 晉晋
晚晩 晝昼 暨曁 曆暦 曉暁 曾曽 會会 枡桝 查査 條条 棧桟 棱稜 棱棱 榆楡 榮栄 樂楽 樓楼 樞枢 樣様 橫横 檢検 櫻桜 權権 歐欧 歡歓 步歩 歲歳 歷歴 歸帰 殘残
殼殻 毆殴 每毎 氣気 污汚 沒没 涉渉 淚涙 淨浄 淺浅 渴渇 潑溌 溪渓 溫温 溼湿 滯滞 滿満 潛潜 澀渋 澤沢 濟済 濤涛 濱浜 濾沪 瀧滝 瀨瀬 灣湾 焰焔 燈灯 燒焼
營営 爐炉 爭争 爲為 牀床 犧犠 狀状 狹狭 獨独 獵猟 獸獣 獻献 瓣弁 產産 畫画 當当 疊畳 疎疏 痹痺 瘦痩 癡痴 發発 皋皐 盜盗 盡尽 碎砕 祕秘 祿禄 禦御 禪禅
禮礼 禱祷 稅税 稱称 稻稲 穎頴 穗穂 穩穏 穰穣 竈竃 竊窃 粹粋 糉粽 絕絶 絲糸 經経 綠緑 緖緒 緣縁 縣県 縱縦 總総 繫繋 繡繍 繩縄 繪絵 繼継 續続 纔才 纖繊
缺欠 罐缶 羣群 聯連 聰聡 聲声 聽聴 肅粛 脣唇 脫脱 腦脳 腳脚 膽胆 臟臓 臺台 與与 舉挙 舊旧 舍舎 荔茘 莊荘 莖茎 菸煙 萊莱 萬万 蔣蒋 蔥葱 薰薫 藏蔵 藝芸
藥薬 蘆芦 處処 虛虚 號号 螢蛍 蟲虫 蠟蝋 蠶蚕 蠻蛮 裝装 覺覚 覽覧 觀観 觸触 說説 謠謡 證証 譯訳 譽誉 讀読 變変 讓譲 豐豊 豫予 貓猫 貳弐 賣売 賴頼 贊賛
贗贋 踐践 輕軽 輛輌 轉転 辨弁 辭辞 辯弁 遞逓 遥遙 遲遅 邊辺 鄉郷 酢醋 醉酔 醱醗 醫医 醬醤 釀醸 釋釈 鋪舗 錄録 錢銭 鍊錬 鐵鉄 鑄鋳 鑛鉱 閱閲 關関 陷陥
隨随 險険 隱隠 雙双 雜雑 雞鶏 霸覇 靈霊 靜静 顏顔 顯顕 餘余 騷騒 驅駆 驗験 驛駅 髓髄 體体 髮髪 鬥闘 鱉鼈 鷗鴎 鹼鹸 鹽塩 麥麦 麪麺 麴麹 黃黄 黑黒 默黙
點点 黨党 齊斉 齋斎 齒歯 齡齢 龍竜 龜亀
"""

parent = {}

def find(c):
    while parent.setdefault(c, c) != c:
        c = parent[c]
    return c

def join(a, b):
    a, b = find(a), find(b)
    parent[max(a, b)] = min(a, b)

for line in open(sys.argv[1], encoding="utf-8"):
    m = re.match(r"U\+(\w+)\t(kSimplifiedVariant|kTraditionalVariant|kZVariant)\t(.*)", line)
    if m:
        for other in re.findall(r"U\+(\w+)", m[3]):
            join(int(m[1], 16), int(other, 16))
for old, new in SHINJITAI.split():
    join(ord(old), ord(new))

pairs = sorted((c, find(c)) for c in parent if find(c) != c and c < 0x10000 and find(c) < 0x10000)
print("/* Made by han.py; do not edit. */")
for i in range(0, len(pairs), 8):
    print(" ".join("{0x%04X,0x%04X}," % p for p in pairs[i:i + 8]))
