"""How texts are compared: without case, marks and punctuation; more loosely, in any romanisation and with any ending.

What is searched and what is asked for are folded alike, at build and at request, so that no database needs to know how.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Kana and Han characters, which are written without spaces: each is a token of its own.
_SYLLABLES = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_SYLLABLES}]|[^\\W_{_SYLLABLES}]+")
_SYLLABLE = re.compile(f"[{_SYLLABLES}]")
LONGEST = 40  # characters of a word that is worth remembering
_IGNORED = {"Mn", "Me", "Cf"}  # marks on letters, and what is not seen at all

# What the loose fold undoes in words of Latin letters, in this order.
_LATIN = (
    (re.compile("k+h+"), "k"),  # Khalkhin, Khalkin
    (re.compile("y"), "i"),  # Tokyo, Tokio
    (re.compile("o[uo]+"), "o"),  # Tougou, Toogoo, Tōgō
    (re.compile(r"([a-z])\1+"), r"\1"),  # Habbarovsk, Habarovsk
    (re.compile("(?<=[a-z]{2})ies$"), "i"),  # fisheries, fishery
    (re.compile("(?<=[a-z]{3})s$"), ""),  # battles, battle
)
_RUSSIAN_ENDING = re.compile("(?<=[а-я]{3})[аеиоуыэюяь]+$")  # Гол, Голе; Маньчжурия, Маньчжурии
# Simplified and Japanese forms of Han characters, each before its traditional form: those of states, war and trade.
_VARIANTS = (
    "东東乌烏会會传傳关關军軍农農决決战戰击擊务務动動协協国國图圖书書员員产產亚亞业業严嚴义義兰蘭内內兴興张張阳陽阴陰长長门門问問间間闻聞陆陸际際险險难難顺順领領风風飞飛马馬鱼魚龙龍齐齊边邊达達过過连連进進"
    "远遠运運辽遼铁鐵钢鋼银銀镇鎮黄黃广廣库庫归歸当當录錄岁歲岛島岭嶺帅帥师師带帶应應废廢开開异異强強约約经經结結绝絕统統绥綏维維红紅级級纪紀终終组組织織总總汉漢瀋沈泽澤济濟满滿滨濱渔漁湾灣独獨环環现現珲琿"
    "电電盐鹽监監县縣矿礦确確积積种種称稱竞競签簽类類粮糧罗羅习習联聯职職肃肅胜勝舰艦节節苏蘇荣榮获獲蒋蔣补補装裝见見观觀规規视視计計订訂认認议議讨討让讓训訓记記许許论論设設访訪证證评評诉訴译譯试試话話诚誠"
    "语語说說请請诸諸诺諾读讀调調谈談谋謀谢謝贝貝负負财財败敗货貨质質购購贸貿费費资資赏賞赔賠赵趙车車转轉轮輪轻輕载載输輸邓鄧郑鄭释釋钱錢铜銅锋鋒锡錫锦錦队隊阶階陈陳陕陝韩韓顾顧顿頓预預颁頒馆館驻駐鲁魯鲜鮮"
    "变變号號吴吳园園围圍圆圓场場坚堅坛壇垒壘声聲处處备備复復夺奪奖獎宁寧宝寶实實宪憲宾賓对對导導将將尔爾层層属屬条條权權桦樺态態乡鄉区區华華单單万萬与與举舉从從众眾优優伟偉体體侨僑债債偿償储儲儿兒册冊写寫"
    "凯凱刘劉创創办辦劳勞势勢医醫卫衛压壓双雙发發叶葉听聽启啟圣聖块塊头頭宫宮审審寿壽尽盡岗崗币幣庆慶庙廟径徑怀懷抚撫护護报報担擔拥擁损損换換据據敌敵断斷无無旧舊时時显顯术術机機杀殺来來杨楊极極枪槍桥橋检檢"
    "欧歐气氣沟溝没沒泪淚浅淺测測炮砲热熱爱愛牺犧状狀狱獄満滿鉄鐵戦戰撃擊発發関關変變対對広廣権權読讀総總経經続續帰歸応應両兩労勞県縣沢澤浜濱円圓団團囲圍図圖塩鹽売賣実實専專従從徳德恵惠悪惡拡擴挙舉数數択擇"
    "栄榮桜櫻楽樂様樣横橫歓歡歴歷残殘気氣済濟点點為爲犠犧献獻産產画畫礼禮竜龍糸絲絵繪脳腦荘莊蔵藏薬藥覚覺観觀訳譯証證豊豐賛贊転轉軽輕辺邊遅遲郷鄉釈釋鉱礦鑛礦銭錢録錄闘鬪陥陷険險隠隱雑雜霊靈顕顯験驗麦麥黒黑"
    "亜亞価價仮假児兒継繼営營駅驛厳嚴塁壘壊壞奥奧寛寬巻卷廃廢弾彈検檢渓溪炉爐穏穩縦縱艶艷虚虛触觸譲讓鋭銳随隨斉齊"
)
_TRADITIONAL = dict(zip("".join(_VARIANTS)[::2], "".join(_VARIANTS)[1::2], strict=True))


MOST_CHARACTERS = 20_000


class _Characters(dict[int, str]):
    """Each character folded, worked out when first met; begun anew where clients send every one that there is."""

    def __missing__(self, code: int) -> str:
        if len(self) >= MOST_CHARACTERS:
            self.clear()
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = "".join(c for c in plain if unicodedata.category(c) not in _IGNORED)
        return self[code]


_FOLDED = _Characters()


class Token(NamedTuple):
    """A word (or a single kana or Han character), folded, and where it stands in the text, in code points."""

    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """A text without case, marks and differences of width: Tōgō → togo."""
    if text.isascii():  # most are, and it is many times faster
        return text.lower()
    return text.translate(_FOLDED)


def words(text: str) -> list[str]:
    """The tokens of a text, folded."""
    return _TOKEN.findall(plain(text))


def tokens(text: str) -> list[Token]:
    """The tokens of a text with their places in it; a mark belongs to the letter before it."""
    if text.isascii():
        return [Token(match.group(), *match.span()) for match in _TOKEN.finditer(text.lower())]
    origins = [place for place, character in enumerate(text) for _ in _FOLDED[ord(character)]]
    found = []
    for match in _TOKEN.finditer(plain(text)):
        start, end = origins[match.start()], origins[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append(Token(match.group(), start, end))
    return found


def loosely(word: str) -> str:
    """A token without habits of romanisation, endings and forms of characters: khalkhin → kalkin, 张 → 張."""
    return _remembered(word) if len(word) <= LONGEST else _loosely(word)


def _loosely(word: str) -> str:
    if not word.isascii():
        return _TRADITIONAL.get(word) or _RUSSIAN_ENDING.sub("", word)
    for spelling, sound in _LATIN:
        word = spelling.sub(sound, word)
    return word


_remembered = lru_cache(maxsize=65_536)(_loosely)  # not of longer ones: what clients send must not fill the memory


def is_syllable(word: str) -> bool:
    """Whether a token is a single kana or Han character."""
    return _SYLLABLE.fullmatch(word) is not None
