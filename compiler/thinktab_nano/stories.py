"""Word problems of one and two steps: the plan as an expression, then each step by columns."""

from dataclasses import dataclass

from .arithmetic import difference_lines, product_lines, result, sum_lines
from .grammar import expand
from .questions import Asker, Language, Question

NAMES_EN = "Tom Anna Li Sam Mia Ben Lucy Jack Emma Noah Lily Max Nina Omar Rosa Ivan Kate Leo Amy Paul Sara Alex Eva Finn".split()
NAMES_ZH = "小明 小红 小李 小华 小刚 小丽 小张 小王 小芳 小美 小军 小林 妈妈 爸爸 老师 奶奶 爷爷 哥哥 姐姐 弟弟 妹妹".split()
THINGS_EN = (
    "apples books coins pens eggs stickers marbles cards candies cookies pencils oranges flowers balloons toys stamps shells cups stones pears tickets buttons ribbons cakes bananas balls crayons "
    "chairs trees fish birds cars letters photos bottles"
).split()
# things with the measure word that counts them
THINGS_ZH = "个苹果 本书 枚硬币 支铅笔 个鸡蛋 张贴纸 颗弹珠 张卡片 颗糖 块饼干 支钢笔 个橘子 朵花 个气球 个玩具 张邮票 个贝壳 个杯子 块石头 个梨 张票 颗扣子 块蛋糕 根香蕉 个球 把椅子 棵树 条鱼 只鸟 辆车 封信 张照片 瓶水 个桃子".split()

HAS_EN = ("{n} [has|had|owns|bought|got|starts with|collected|found|picked] {a} {o}.", "[There are|There were|We have|I have|I had|We had] {a} {o}[ in the box| in the bag| on the table| in the basket| in the shop| in the room|].", "A [box|bag|basket|shop|class|drawer|jar] [has|holds|contains|had] {a} {o}.")
GAIN_EN = ("[{m}|A friend|Mother|The teacher|Someone] [gives|brings|adds|sends] {b} more.", "[Then |Later |]{b} more [are added|come|arrive|are bought|are put in|are found].", "[Then |After that |Next day |]{n} [buys|gets|finds|receives|picks|collects|makes|wins] {b} more[ {o}|].", "{n} [buys|gets|finds|receives|wins|makes] [another|an extra] {b}.")
LOSS_EN = ("[Then |Later |After that |]{n} [gives away|loses|eats|sells|uses|breaks|drops|gives {m}|throws away|donates] {b}[ of them| {o}|].", "[Then |Later |]{b} [of them|] [are|were] [sold|eaten|lost|broken|given away|taken away|used|removed].", "{m} [takes|takes away|borrows|buys|eats] {b}[ of them|].")
NOW_EN = ("How many {o} [are there now|does {n} have now|are there in total|are there|in the end|now|does {n} have]?", "How many [are left|remain|are there now|does {n} have now|now|in the end|altogether]?", "How many {o} [are left|remain|does {n} have left|are left over]?", "What is [the number of {o} now|left|the total now]?")
EACH_EN = ("[There are |{n} has |We have |{n} buys |]{a} [boxes|bags|baskets|packs|boxes of {o}|shelves|rows|bags of {o}][. Each| and each|, each|. Each of them] [holds|has|contains] {b}[ {o}|].", "[One|A|Each] [box|bag|basket|pack|shelf|row] [has|holds|contains] {b} {o}. [There are|{n} has|We have|{n} buys] {a} [of them|boxes|bags|packs|rows].", "{n} [buys|gets|makes|picks|reads|sells] {b} {o} [a day|every day|each day|an hour|a week] for {a} [days|hours|weeks].", "[Each|One] of {a} [children|friends|pupils|people] [has|gets|brings|makes] {b} {o}.")
COST_EN = ("[One|A|Each] [ticket|book|pen|cake|toy|ball] costs {b} [yuan|dollars|coins|euros]. [What|How much] [do|would] {a} [of them |]cost?", "{a} [tickets|books|pens|cakes|toys] cost {b} [yuan|dollars|euros] each. [What is the total|How much is that|What do they cost together|How much in all]?")
TOTAL_EN = ("How many {o} [are there|are there in all|in total|altogether|are there altogether|does that make]?", "How many [in all|in total|altogether|is that|are there in total]?", "What is the total[ number of {o}|]?")
MORE_EN = ("{n} has {a} {o}[.| and] {m} has {b} more[ than {n}|]. How many [{o} |]does {m} have?", "{n} has {a} {o}. {m} has {b} more {o} than {n}. How many does {m} have?")
FEWER_EN = ("{n} has {a} {o}[.| and] {m} has {b} [fewer|less][ than {n}|]. How many [{o} |]does {m} have?",)
TOGETHER_EN = ("{n} has {a} {o}[.| and|, and] {m} has {b}[ {o}|]. How many [{o} |][do they have together|together|in total|in all|do they have in total|altogether]?", "{n} and {m} have {a} and {b} {o}. How many [together|in all|altogether]?")
DIFFERENCE_EN = ("{n} has {a} {o}[.| and|, and] {m} has {b}[ {o}|]. How many more [{o} |][does {n} have|has {n}|than {m} does {n} have|does {n} have than {m}]?", "There are {a} {o} and {b} [children|boxes|cups|people]. How many more {o} than [children|boxes|cups|people] are there?")

HAS_ZH = ("{n}[有|原来有|买了|拿到|收到|捡到|摘了]{a}{o}", "[盒子里|箱子里|桌上|篮子里|教室里|商店里|书包里|柜子里|家里|这里][有|原来有|一共有|放着]{a}{o}", "[一共有|原有|我有|我们有]{a}{o}")
GAIN_ZH = ("[又|后来又|再|然后又|接着又][买了|得到|拿来|放进|捡到|收到|找到|送来|做了|来了]{b}{u}", "{m}[又|再|]?[给了|送了|送给][他|她|{n}]?{b}{u}", "[又|后来|][增加了|多了|添了|加了]{b}{u}")
LOSS_ZH = ("[后来|然后|又|接着|]?[送出|吃了|用了|卖了|丢了|拿走|送给{m}|借出|用掉|吃掉|卖出|弄丢了|坏了|给了{m}]{b}{u}", "{m}[拿走了|借走了|吃了|买走了|用了]{b}{u}", "[减少了|少了|去掉了]{b}{u}")
NOW_ZH = ("[还剩|现在有|剩下|还有|最后有|现在一共有|现在还有|还剩下|共有][多少|几]{u}[{t}|]？", "{n}[还剩|现在有|还有|最后有|剩下][多少|几]{u}[{t}|]？", "[问|请问|]?[还剩|现在有|剩|还有][几|多少]{u}？")
EACH_ZH = ("[有|{n}买了|{n}有|一共有|共有]{a}[盒|箱|袋|篮|排|包]，每[盒|箱|袋|篮|排|包][有|装|是|放]{b}{o}", "每[盒|箱|袋|篮|排|包][有|装|放]{b}{o}，[{a}|一共{a}|有{a}|共{a}|{n}买了{a}][盒|箱|袋|篮|排|包]", "{n}每天[吃|做|看|买|用|卖|折|画|摘]{b}{o}，[连续|一共|过了|]?{a}天", "[{a}个|有{a}个][同学|孩子|小朋友|人|学生]，每人[有|分到|拿|带|得到]{b}{o}")
COST_ZH = ("[一|每]{u}{t}{b}[元|块|块钱]，[买|]?{a}{u}[要|一共要|多少|共][多少钱|几元|多少元|花多少钱]？", "{t}每{u}{b}[元|块|块钱]，{a}{u}[一共|共|要]?[多少钱|多少元|几元]？")
TOTAL_ZH = ("[一共|总共|共|合计][有|是|]?[多少|几]{u}[{t}|]？", "[问|请问]?[一共|总共][多少|几]{u}？", "总数是多少？")
MORE_ZH = ("{n}有{a}{o}，{m}[比{n}多|多]{b}{u}，{m}[有|一共有][多少|几]{u}[{t}|]？",)
FEWER_ZH = ("{n}有{a}{o}，{m}[比{n}少|少]{b}{u}，{m}[有|一共有|只有][多少|几]{u}[{t}|]？",)
TOGETHER_ZH = ("{n}有{a}{o}，{m}有{b}{u}[{t}|]，[两人|他们|两个人|两人一起][一共|总共|共|合起来|加起来]?有[多少|几]{u}[{t}|]？", "{n}和{m}分别有{a}{u}和{b}{o}，[一共|总共|合起来][有|]?[多少|几]{u}？")
DIFFERENCE_ZH = ("{n}有{a}{o}，{m}有{b}{u}[{t}|]，{n}比{m}多[多少|几]{u}[{t}|]？", "{n}有{a}{o}，{m}有{b}{u}，[相差|差|两人相差|他们相差][多少|几]{u}[{t}|]？")

BARE_EN = "[what is |what's |compute |calculate |how much is |find |evaluate |tell me |work out |]{a}[ S |S]{b}[ T |T]{c}[| =|=]"
BARE_ZH = "[计算|算一下|求|算|请问|]{a}[ S |S]{b}[ T |T]{c}[等于多少|是多少|等于几|得多少|的结果|＝？]"


@dataclass(frozen=True)
class Kind:
    """A shape of story: which sentences it has in each language, and its operators in order."""

    operators: str
    english: tuple[tuple[str, ...], ...]
    chinese: tuple[tuple[str, ...], ...]
    weight: int


KINDS = (
    Kind("+", (HAS_EN, GAIN_EN, NOW_EN), (HAS_ZH, GAIN_ZH, NOW_ZH), 4),
    Kind("-", (HAS_EN, LOSS_EN, NOW_EN), (HAS_ZH, LOSS_ZH, NOW_ZH), 4),
    Kind("+-", (HAS_EN, GAIN_EN, LOSS_EN, NOW_EN), (HAS_ZH, GAIN_ZH, LOSS_ZH, NOW_ZH), 5),
    Kind("-+", (HAS_EN, LOSS_EN, GAIN_EN, NOW_EN), (HAS_ZH, LOSS_ZH, GAIN_ZH, NOW_ZH), 4),
    Kind("++", (HAS_EN, GAIN_EN, GAIN_EN, NOW_EN), (HAS_ZH, GAIN_ZH, GAIN_ZH, NOW_ZH), 2),
    Kind("--", (HAS_EN, LOSS_EN, LOSS_EN, NOW_EN), (HAS_ZH, LOSS_ZH, LOSS_ZH, NOW_ZH), 2),
    Kind("*", (EACH_EN, TOTAL_EN), (EACH_ZH, TOTAL_ZH), 3),
    Kind("*", (COST_EN,), (COST_ZH,), 2),
    Kind("*+", (EACH_EN, GAIN_EN, TOTAL_EN), (EACH_ZH, GAIN_ZH, TOTAL_ZH), 2),
    Kind("*-", (EACH_EN, LOSS_EN, NOW_EN), (EACH_ZH, LOSS_ZH, NOW_ZH), 2),
    Kind("+", (MORE_EN,), (MORE_ZH,), 2),
    Kind("-", (FEWER_EN,), (FEWER_ZH,), 2),
    Kind("+", (TOGETHER_EN,), (TOGETHER_ZH,), 2),
    Kind("-", (DIFFERENCE_EN,), (DIFFERENCE_ZH,), 2),
    *(
        Kind(f"{s}{t}", ((BARE_EN.replace("S", s).replace("T", t),),), ((BARE_ZH.replace("S", s).replace("T", t),),), 1)
        for s in "+-" for t in "+-"
    ),
)


def _operands(asker: Asker, operators: str) -> list[int]:
    """As many numbers as the operators need; nothing in between becomes negative."""
    rng = asker.rng
    while True:
        if operators[0] == "*":
            numbers = [rng.randint(2, 20), rng.randint(2, 30)]
        else:
            numbers = [asker.whole((1, 2, 3), (2, 6, 3)), asker.whole((1, 2, 3), (3, 6, 2))]
        if len(operators) == 2:
            numbers.append(asker.whole((1, 2, 3), (3, 6, 1)))
        total, fine = numbers[0], min(numbers) > 0
        for operator, number in zip(operators, numbers[1:], strict=True):
            total = total * number if operator == "*" else total + number if operator == "+" else total - number
            fine = fine and total >= 0
        if fine and asker.allows(f"{operators}{numbers}"):
            return numbers


def _told(asker: Asker, language: Language) -> tuple[Kind, str]:
    """A kind and a story with {a}, {b}, {c} in the order of its sentences; its wording is trained on or held out."""
    rng = asker.rng
    while True:
        kind = rng.choices(KINDS, [kind.weight for kind in KINDS])[0]
        parts = [expand(rng.choice(patterns), rng) for patterns in (kind.english if language == "en" else kind.chinese)]
        if "+" in kind.operators and "-" not in kind.operators and any(word in parts[-1] for word in ("left", "remain", "剩")):
            continue
        if len(kind.operators) == 2 and len(parts) > 1:
            parts[-2] = parts[-2].replace("{b}", "{c}")
        story = " ".join(parts) if language == "en" else "，".join(parts)
        if asker.allows_phrasing(story):
            return kind, story


def story(asker: Asker, language: Language) -> Question:
    """A word problem of one or two operations."""
    rng = asker.rng
    kind, told = _told(asker, language)
    numbers = _operands(asker, kind.operators)
    fill: dict[str, object] = dict(zip("abc", numbers, strict=False))
    if language == "en":
        first, second = rng.sample(NAMES_EN, 2)
        thing = rng.choice(THINGS_EN)
        fill |= {"n": first, "m": second, "o": thing}
    else:
        first, second = rng.sample(NAMES_ZH, 2)
        thing = rng.choice(THINGS_ZH)
        fill |= {"n": first, "m": second, "o": thing, "u": thing[0], "t": thing[1:]}
    total, plan, lines = numbers[0], [str(numbers[0])], []
    for operator, number in zip(kind.operators, numbers[1:], strict=True):
        plan += ["×" if operator == "*" else operator, str(number)]
        if operator == "*":
            high, low = (total, number) if len(str(total)) >= len(str(number)) else (number, total)
            lines += product_lines(high, low)
            total *= number
        else:
            lines += sum_lines(total, number) if operator == "+" else difference_lines(total, number)
            total += number if operator == "+" else -number
    thought = "\n".join(["".join(plan), *lines, f"{result(language)}{total}"])
    return Question(language, told.format(**fill), thought, f"{' '.join(plan)} = **{total}**")
