"""Near misses for the measurement only: written by hand, in words that the training data does not have.

A reply passes if it is a refusal, or if it gives the result noted beside the question (which then has one after all).
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from .first_questions import Turns
from .questions import Language

SEED = 50_922
BLIND = Path(__file__).resolve().parent.parent / "nano" / "near_misses.jsonl"
KINDS = ("one term more", "one digit more", "another unit", "a number missing", "a second question", "chatter", "another task", "another condition", "letters of other words", "asked out of the blue")  # fmt: skip


@dataclass(frozen=True)
class NearMiss:
    """``text``, asked after ``before`` (question and answer), may be answered with ``result`` or must be refused."""

    kind: str
    language: Language
    text: str
    result: str = ""
    before: Turns = ()


# {a} {b} {c}: 2 to 60, {s} {t}: 2 to 9, {m}: five digits, {l}: six to eight digits, {x}: two letters of a word {w}
ENGLISH: dict[str, tuple[str, ...]] = {
    "one term more": (
        "{a} + {b} + {c} + {s} + {t} + {a}", "what do I get for {a}-{s}+{b}-{t}+{c}-2", "{s}*{t}+{s}*{t}+{s}*{t}", "calc {a}+{b}+{c}+{a}+{b}+{c}+{s}", "({a}+{b})*({c}+{s})-({t}+1)", "largest of {a}, {b}, {c}, {s}, {t}, 71, 72",
        "put these in rising order {a} {b} {c} {s} {t} 88 91 64", "Bob owns {a} pens. He finds {s}, then loses {t}, then buys {b} and later drops 2. How many pens does he own?", "sum up {a}, {b}, {c}, {s}, {t}, {a} and 5 please", "I start with {a} points, win {s}, win {t}, lose {s}, win {b}. My score?", "{a} - {s} - {t} - {s} - {t} - 1 = ?", "((({a}+{s})*2-{t})*3+{b})*2",
        "1.5 + 2.5 + {s}.5 + {t}.5", "{a} times {s} times {t} times {s} times 2 times {t}", "{a} apples plus {b} apples plus {c} apples plus {s} apples plus {t} apples plus 3",
    ),
    "one digit more": (
        "{l} + {m}", "work {l} minus {m} out", "{m} * {m}", "does {l} times {b} fit in your head?", "{m} x {a}{s}7", "is {m} a prime?", "is 1{s}{t}3 prime", "{l}/{s}", "{a}.{s}{t}7 + {b}.2", "{m}.5 - {b}.25", "{m} + {a} * {s} - {b}", "what's 13{s}% of {m}", "-{m} + {a}", "Which one is bigger, {l}{m} or {l}{l}?", "three thousand and {a} plus two",
        "chickens & rabbits: 2{a} heads, 6{a} legs", "It's Friday. And {m} days later?", "how many e are there in honorificabilitudinitatibus", "sort {l}, {l}{s}, {m}{t}", "{a}{s}{t}.{b} + 4{a}{s}{t}.{c}", "{a}{t} / 17", "is {a}.{s} prime",
    ),
    "another unit": (
        "{a} metres + {b} centimetres", "{s} kg minus {a} grams", "what are {a} minutes and {b} seconds in seconds?", "A bus needs {s} minutes for {t}000 metres; how many km/h?", "{a} euros plus {b} dollars", "how heavy are {a} pounds in kilos", "Walking {a} metres in {s} minutes, what is that in miles an hour?", "add a quarter of an hour to {a} seconds", "{s} dozen eggs minus {t}", "{a} fahrenheit in celsius",
        "{s}h {a}min + {t}h {b}min", "How many days are {a} hours?", "half past three plus {s} hours", "{s} pm plus {t} hours", "what's noon minus {a} minutes", "{s} feet {t} inches plus {t} inches", "convert {a} to base {s}", "{a} degrees in radians", "Speed {a} km/h, {b} minutes. Distance?", "{s} weeks after Monday, which weekday?",
    ),
    "a number missing": (
        "Sam has pears and eats {s} of them. How many are left over?", "{a} plus", "minus {a} equals what", "what's % of {a}", "A tram goes {a}0 km. Its speed?", "If I had a couple of apples and you took {s}?", "{a} + __ = {b}", "how old is she if he is {a}", "some number times {s}", "what day is it a few days after Monday", "is that number even?", "what is the larger one", "sort them", "how many r are in it", "is it divisible by {s}", "A pen costs {s} euros. What do the pens cost?", "chickens and rabbits, {a} heads?", "{a} cookies shared by the kids, how many each?", "Anna is {s} years older than Ben. How old is Anna?", "What is the sum of {a} and?",
    ),
    "a second question": (
        "{a}+{b}, and is {c} even?", "How much is {s}*{t}? How much is {a}*{s}?", "is {a} prime and what's {b}+{c}", "Which is more, {a} or {b}, and by how much?", "count the r in mirror and the e in tree", "{a}-{s} as well as {b}-{t}", "Tom has {a} balls and loses {s}. How many are left, and what is half of that?", "what's {a} + {b}; also which day is 3 days after Monday", "What is {a} minus {s}, what is {b} minus {t}?", "sort {a} {b} {c}, then add them up", "sum and product of {a} and {s}", "{a}+{s}\n{b}+{t}\n{c}+{s}", "is {a} odd? is {b} odd?", "What's {s}% of {a}00 and {t}% of {b}00?", "quotient and sum of {a} and {s}",
    ),
    "chatter": (
        "So my aunt visited us and we had cake, anyway, she asked about {a} plus {b}", "lol ok so like whats {a} + {b} haha", "I'm {c} and bored. {a}+{b}?", "Good evening! My train was late by {c} minutes. {a} plus {b}, please.", "Listen, I don't trust calculators. {a}+{b}=? My phone has 12% battery.", "The teacher wrote {c} on the board but I need {a} + {b}", "Do you know the joke about {c}? No? Then {a}+{b}.", "I have {c} questions but first: {a}+{b}", "we are having dinner at {s}, tell me {a} + {b}", "{a}+{b} (asking for a friend who is {c})", "It rained for {s} days. {a} + {b} = ?", "Forget the last thing. In room {c} someone asked {a}+{b}", "my dog ate my homework, it said {a} + {b}", "{a} + {b}, and have a nice day, all {c} of you",
    ),
    "another task": (
        "{a} to the power {s}", "root of {a}", "{s}!", "gcd({a}, {b})", "what is the average of {a}, {b} and {c}", "solve 2x + {s} = {a}", "next number: {s}, {a}, {b}, ...", "{s}/{t} + 1/{t}", "write {a} in Roman numerals", "divide {a} by zero", "{a} squared", "what fraction of {a} is {s}", "prime factors of {a}", "first ten primes", "{a} mod {s}", "how many prime numbers are smaller than {a}", "{a} > {b} > {c}?", "2^{s} + {t}", "{a}.5 * {s}.5", "{a} : {s} + {t}", "area of a circle with radius {s}", "probability of rolling {s}", "{a} take a third", "draw {a} apples", "price {a} with 20% off", "what's {s} and a half plus {t}", "is {a} + {s} equal to {b}?", "if {s} men dig a hole in {a} days, how long do {t} men need", "double {a}", "binary of {a}", "how many days until Christmas", "what time is it", "how many minutes between {s}:10 and {t}:50", "what date is {a} days after May {s}", "{a} ÷ {s} × {t}", "log2({a})", "number of vowels in banana", "reverse the word garden", "is {a} a square number", "add the digits of {m}",
    ),
    "another condition": (
        "{a} + {b} but answer in binary", "what is {a} times {s}, rounded to hundreds", "{a}+{b} in a base {s} world", "add {a} and {b}, then take the root", "{a} minus {s}, but spell it in Spanish", "how many r in mirror if you skip the first letter", "sort {a}, {b}, {c} by their last digit", "which is larger, {a} or {b}, if both are negative", "Tom has {a} red and {b} blue balls. He loses {s} red ones. How many blue?", "Mia, {s}, has {a} books and sells {t}. How many books?", "Jo has {a} cards. Jo gets {s} cards and {t} coins. How many cards?", "a car drives {a}0 km in {s} hours with a break of {t} minutes, how fast?", "{s} pens cost {a} euros, one is free. Price of one?", "is {a} even if we add {s}", "it is Monday in Tokyo. {s} days later in Rome?", "{a} + {b} assuming + means times", "{a} + {b} without the carry", "how many letters e in the first half of elephant", "I have {a} apples, I do not eat {s}. How many are left?", "If I have {a} apples and eat none of my {s} pears?",
    ),
    "letters of other words": (
        "how many n are in the English word for 香蕉", "count the o in the German for dog", "a's in the capital of Canada?", "how many e's in this sentence", "how many t in 'the cat sat'", "how many letters does {w} have", "vowels in {w}?", "which letter is third in {w}", "how many capital letters are in NaNo", "letters in {w} that are not {x}", "how many s in Mississippi and Tennessee together", "how many times is 'an' in banana", "how many r's in the plural of berry", "number of syllables in {w}", "how many 1s in {m}", "what's the last letter of {w}",
    ),
    "asked out of the blue": ("and how many t?", "why is it so?", "and minus {s}?", "times {s} please", "now he gets {s} more, how many?", "are you sure about that?", "and the other one?", "what about {a}?", "same with k", "and then plus {a}"),
}
CHINESE: dict[str, tuple[str, ...]] = {
    "one term more": (
        "{a}+{b}+{c}+{s}+{t}+{a}＝几", "帮算{a}-{s}+{b}-{t}+{c}-2", "{s}×{t}+{s}×{t}+{s}×{t}得几", "（{a}+{b}）×（{c}+{s}）-（{t}+1）", "{a}、{b}、{c}、{s}、{t}、71、72哪个最大？", "由小到大：{a} {b} {c} {s} {t} 88 91 64", "小白有{a}支笔，捡到{s}支，丢了{t}支，买了{b}支，又弄坏2支，还有几支？", "{a}加{b}加{c}加{s}加{t}加{a}", "我{a}分，赢{s}分，赢{t}分，输{s}分，赢{b}分，现在几分？", "{a}-{s}-{t}-{s}-{t}-1等于？", "1.5+2.5+{s}.5+{t}.5", "{a}乘{s}乘{t}乘{s}乘2乘{t}", "求{a}、{b}、{c}、{s}、{t}、{a}六个数的和", "（（（{a}+{s}）×2-{t}）×3+{b}）×2",
    ),
    "one digit more": (
        "{l}加{m}是多少呀", "{l}-{m}", "{m}×{m}", "{m}乘以{a}{s}7得多少", "{m}是质数吗", "1{s}{t}3是素数不", "{l}除以{s}", "{a}.{s}{t}7+{b}.2", "{m}.5-{b}.25", "{m}+{a}×{s}-{b}", "{m}的13{s}%", "-{m}+{a}", "{l}{m}和{l}{l}谁大", "三千零{s}加二", "鸡兔同笼，2{a}个头，6{a}只脚", "周五过{m}天是周几", "{l}、{l}{s}、{m}{t}排个序", "{a}{t}÷17", "八千六百减四十", "{a}.{s}是质数吗",
    ),
    "another unit": (
        "{a}米+{b}厘米", "{s}千克减{a}克", "{a}分{b}秒是多少秒", "公交{s}分钟开{t}000米，每小时多少公里", "{a}欧元加{b}美元", "{a}斤是几公斤", "{s}打鸡蛋拿走{t}个", "{a}华氏度是多少摄氏度", "{s}小时{a}分加{t}小时{b}分", "{a}小时是几天", "下午{s}点过{t}小时", "中午前{a}分钟是几点", "{a}化成{s}进制", "时速{a}公里，{b}分钟走多远", "星期一过{s}周是星期几", "{a}元{s}角加{b}元{t}角", "{s}公顷是多少平方米", "{a}寸等于几厘米",
    ),
    "a number missing": (
        "小白有些梨，吃掉{s}个，剩几个", "{a}加上", "减{a}等于啥", "{a}的百分之", "电车走了{a}0公里，速度呢", "{a}+（）={b}", "他{a}岁，她几岁", "某个数乘{s}", "星期一过几天是星期几", "这个数是偶数吗", "大的是哪个", "把它们排个序", "里面有几个r", "能被{s}整除吗", "一支笔{s}元，买笔要多少", "鸡兔同笼，{a}个头？", "{a}块饼干分给孩子们，每人几块", "小白比小黑大{s}岁，小白几岁", "{a}和的和是多少", "几加几等于{a}",
    ),
    "a second question": (
        "{a}+{b}是多少，{c}是偶数吗", "{s}×{t}是几？{a}×{s}是几？", "{a}是质数吗，{b}+{c}呢", "{a}和{b}谁大，大多少", "mirror里有几个r，tree里有几个e", "{a}-{s}以及{b}-{t}", "小白有{a}个球，丢{s}个，剩几个，一半是几个", "{a}+{b}等于几？星期一过3天是星期几？", "把{a}、{b}、{c}排序再相加", "{a}和{s}的和与积", "{a}+{s}\n{b}+{t}\n{c}+{s}", "{a}是奇数吗？{b}是奇数吗？", "{a}00的{s}%和{b}00的{t}%", "{a}与{s}的差和商各是多少",
    ),
    "chatter": (
        "姑姑来我家吃蛋糕，她问{a}加{b}", "哈哈哈我就想问{a}+{b}啦", "我{c}岁，好无聊，{a}+{b}？", "晚上好！火车晚点{c}分钟，{a}加{b}是多少", "我不信计算器，{a}+{b}=？手机还剩12%的电", "黑板上写着{c}，可我要算{a}+{b}", "先不讲{c}的笑话，{a}+{b}", "我有{c}个问题，第一个：{a}+{b}", "{s}点吃饭，快说{a}+{b}", "{a}+{b}（替{c}岁的朋友问）", "下了{s}天雨，{a}+{b}=？", "狗吃了作业，上面写着{a}+{b}", "{a}+{b}，祝你们{c}位愉快",
    ),
    "another task": (
        "{a}的{s}次幂", "{a}开方", "{s}!", "{a}和{b}的最大公约数", "{a}、{b}、{c}的平均数", "解2x+{s}={a}", "{s}、{a}、{b}，下一个是", "{s}/{t}+1/{t}", "{a}写成罗马数字", "{a}除以零", "{a}平方", "{s}是{a}的几分之几", "{a}分解质因数", "前十个质数", "{a}模{s}", "比{a}小的质数有几个", "{a}>{b}>{c}吗", "2^{s}+{t}", "{a}.5×{s}.5", "{a}÷{s}+{t}", "半径{s}的圆面积", "掷出{s}的概率", "{a}的三分之一", "画{a}个苹果", "{a}元打八折", "{s}个半加{t}", "{a}+{s}等于{b}吗", "{s}人{a}天挖完，{t}人几天", "{a}翻倍", "{a}的二进制", "离春节还有几天", "现在什么时间", "从{s}:10到{t}:50多少分钟", "5月{s}日过{a}天是几号", "{a}÷{s}×{t}", "banana有几个元音", "把garden倒过来", "{a}是完全平方数吗", "{m}各位数字加起来", "比{a}的{s}倍少{t}是多少",
    ),
    "another condition": (
        "{a}+{b}，用二进制回答", "{a}乘{s}，精确到百位", "在{s}进制里{a}+{b}", "{a}加{b}再开方", "{a}减{s}，用英文说", "mirror去掉第一个字母有几个r", "{a}、{b}、{c}按个位数排序", "{a}和{b}都取负数，哪个大", "小白有{a}个红球{b}个蓝球，丢了{s}个红球，蓝球几个", "小白{s}岁，有{a}本书，卖了{t}本，还有几本书", "小黑有{a}张卡，又得{s}张卡和{t}枚硬币，卡有几张", "汽车{s}小时走{a}0公里，中间休息{t}分钟，速度多少", "{s}支笔{a}元，送一支，一支多少钱", "{a}加{s}以后是偶数吗", "东京星期一，{s}天后罗马星期几", "设加号是乘号，{a}+{b}", "{a}+{b}不进位", "elephant前一半有几个e", "我有{a}个苹果，没吃{s}个，剩几个", "鸡兔同笼，头{a}，其中{s}只三条腿，脚99",
    ),
    "letters of other words": (
        "苹果的英文有几个p", "狗用德语写有几个o", "加拿大首都里有几个a", "这句话里有几个的", "the cat sat里有几个t", "{w}一共多少字母", "{w}有几个元音呀", "{w}第三个字母", "NaNo有几个大写", "{w}里不是{x}的字母", "Mississippi和Tennessee一共几个s", "banana里有几次an", "berry的复数里几个r", "{w}几个音节", "{m}里有几个1", "{w}最后一个字母", "葡萄这个词有几个字", "老虎的拼音有几个h", "西瓜翻译成英语后有几个e",
    ),
    "asked out of the blue": ("还有几个t？", "怎么会这样", "再减{s}是？", "乘{s}看看", "他又得到{s}个，现在几个", "你真的确定吗", "那另一个呢", "那{a}呢？", "k也数一下", "然后加{a}"),
}
# The other misses of this kind follow a question that has nothing to go on with.
BEFORE: dict[Language, Turns] = {
    "en": (("", ""), ("hello", "Hello! I'm Nano, a tiny model in this page. Ask me for a sum, the larger number or the letters in a word.")),
    "zh": (("", ""), ("你好", "你好！我是 Nano，这个页面里的小推理模型。可以让我做算术、比大小、排序、数字母。")),
}
WORDS = "lantern violet marble thunder cactus ladder orchid pirate sherbet zigzag wombat tulip".split()


def near_misses(each: int = 2) -> list[NearMiss]:
    """Every template ``each`` times, with other numbers."""
    rng, found = random.Random(SEED), []
    languages: tuple[tuple[Language, dict[str, tuple[str, ...]]], ...] = (("en", ENGLISH), ("zh", CHINESE))
    for language, kinds in languages:
        for kind, templates in kinds.items():
            for template in templates:
                for turn in range(each):
                    a, b, c = rng.sample(range(11, 61), 3)
                    word = rng.choice(WORDS)
                    text = template.format(
                        a=a, b=b, c=c, s=rng.randint(2, 9), t=rng.randint(2, 9), m=rng.randint(10_000, 99_999),
                        l=rng.randint(100_000, 99_999_999), w=word, x=rng.choice(word),
                    )  # fmt: skip
                    before = BEFORE[language][turn % 2] if kind == "asked out of the blue" else ("", "")
                    result = str(a + b) if kind == "chatter" else ""
                    found.append(NearMiss(kind, language, text, result, (before,) if before[0] else ()))
    return found


def blind_near_misses() -> list[NearMiss]:
    """Others, each in words of its own, by somebody who had seen neither the training data nor the templates above."""
    return [NearMiss(**json.loads(line)) for line in BLIND.read_text(encoding="utf-8").splitlines()]
