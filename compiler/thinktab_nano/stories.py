"""Word problems of one and two steps: the plan as an expression, then each step by columns."""

from dataclasses import dataclass

from .grammar import expand
from .operations import operation_lines, result
from .questions import Asker, Language, Question
from .talk import refusal

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
NOW_EN = ("How many {o} [are there now|does {n} have now|are there in total|are there|in the end|now|does {n} have][?|]", "How many [are left|remain|are there now|does {n} have now|now|in the end|altogether][?|]", "How many {o} [are left|remain|does {n} have left|are left over][?|]", "What is [the number of {o} now|left|the total now][?|]")
EACH_EN = ("[There are |{n} has |We have |{n} buys |]{a} [boxes|bags|baskets|packs|boxes of {o}|shelves|rows|bags of {o}][. Each| and each|, each|. Each of them] [holds|has|contains] {b}[ {o}|].", "[One|A|Each] [box|bag|basket|pack|shelf|row] [has|holds|contains] {b} {o}. [There are|{n} has|We have|{n} buys] {a} [of them|boxes|bags|packs|rows].", "{n} [buys|gets|makes|picks|reads|sells] {b} {o} [a day|every day|each day|an hour|a week] for {a} [days|hours|weeks].", "[Each|One] of {a} [children|friends|pupils|people] [has|gets|brings|makes] {b} {o}.")
COST_EN = ("[One|A|Each] [ticket|book|pen|cake|toy|ball] costs {b} [yuan|dollars|coins|euros]. [What|How much] [do|would] {a} [of them |]cost?", "{a} [tickets|books|pens|cakes|toys] cost {b} [yuan|dollars|euros] each. [What is the total|How much is that|What do they cost together|How much in all][?|]")
TOTAL_EN = ("How many {o} [are there|are there in all|in total|altogether|are there altogether|does that make][?|]", "How many [in all|in total|altogether|is that|are there in total][?|]", "What is the total[ number of {o}|][?|]")
MORE_EN = ("{n} has {a} {o}[.| and] {m} has {b} more[ than {n}|]. How many [{o} |]does {m} have?", "{n} has {a} {o}. {m} has {b} more {o} than {n}. How many does {m} have?")
FEWER_EN = ("{n} has {a} {o}[.| and] {m} has {b} [fewer|less][ than {n}|]. How many [{o} |]does {m} have?",)
TOGETHER_EN = ("{n} has {a} {o}[.| and|, and] {m} has {b}[ {o}|]. How many [{o} |][do they have together|together|in total|in all|do they have in total|altogether][?|]", "{n} and {m} have {a} and {b} {o}. How many [together|in all|altogether][?|]")
DIFFERENCE_EN = ("{n} has {a} {o}[.| and|, and] {m} has {b}[ {o}|]. How many more [{o} |][does {n} have|has {n}|than {m} does {n} have|does {n} have than {m}][?|]", "There are {a} {o} and {b} [children|boxes|cups|people]. How many more {o} than [children|boxes|cups|people] are there?")

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

# in one sentence, as people tell of themselves
MINE_LOSS_EN = ("[If |]I have {a} {o} and [I |][eat|lose|sell|give away|use|drop|throw away|give my friend|give {m}|spend|break] {b}[ of them| {o}|], [how many|how many {o}] [are left|do I have left|do I have|remain|do I still have|will I have|do I have now][?|]", "[I|We|You|She|He|{n}] [had|bought|found] {a} {o} and [ate|lost|sold|gave away|used|dropped|threw away|broke] {b}[ of them|][. How many|, how many|. How many {o}] [are left|remain|are there now|do [I|we] have left][?|]", "[I have|You have|There are|There were|{n} has|{n} had] {a} {o}[,| and|. I] [eat|lose|take away|sell|use|remove] {b}[, how many|. How many|: how many] [left|are left|remain|remain now|are there][?|]", "[if you have|you have|suppose I have|say I have] {a} {o} and [take away|eat|lose|give away|remove] {b}[,|] how many [do you have|are left|have you got|do you have left|do I have|remain][?|]", "I [have|had] {a} [dollars|euros|yuan|coins] and [spend|spent|lose|lost|give away|gave away] {b}[. How much|, how much|. How many] [is left|do I have left|do I have|do I have now|remains][?|]", "{a} [birds|cats|people|children|ducks|frogs] [are in a tree|sit on a bench|are in the room|are playing|are in the pond][.| and|,] {b} [leave|go away|fly away|go home|run away][. How many|, how many] [are left|remain|stay|are there now][?|]")
MINE_GAIN_EN = ("[If |]I have {a} {o} and [I |][buy|get|find|receive|pick|win|my friend gives me|{m} gives me|mum gives me] {b} [more|more {o}], [how many|how many {o}] [do I have|are there|do I have now|will I have|do I have in all|do I have in total][?|]", "[I|We|You|She|He|{n}] [had|found] {a} {o} and [bought|got|found|received|won] {b} more[. How many|, how many|. How many {o}] [are there now|do [I|we] have now|altogether|in total|do we have][?|]", "[if you have|you have|suppose I have|say I have] {a} {o} and [get|buy|find|someone gives you] {b} more[,|] how many [do you have|have you got|are there|do you have in all|do I have][?|]", "I [have|had] {a} [dollars|euros|yuan|coins] and [get|earn|earned|find|found|got] {b} more[. How much|, how much|. How many] [do I have|do I have now|is that][?|]", "{a} [birds|cats|people|children|ducks|frogs] [are in a tree|sit on a bench|are in the room|are playing|are in the pond][.| and|,] {b} more [come|arrive|join them][. How many|, how many] [are there|are there now|in total][?|]", "I have {a} {o} and {m} has {b}[, how many|. How many] [do we have|together|do we have together|in total|are there in all][?|]")
MINE_LOSS_ZH = ("[如果|假如|要是|]我有{a}{o}，[吃了|吃掉|送出|丢了|卖了|用了|给了{m}|给朋友|扔掉|送给{m}]{b}{u}[，|，我|，那么][还剩|还有|剩下|剩|现在有][几|多少]{u}[{t}|]？", "我[原来有|买了|有]{a}[元|块钱|块|元钱]，[花了|用了|花掉|丢了|借给{m}]{b}[元|块|块钱][，|，我][还剩|还有|剩|剩下][多少|多少钱|几元|多少元]？", "[树上|教室里|池塘里|公园里|车上][有|原来有]{a}[只鸟|个人|只鸭子|个孩子|只猴子]，[飞走了|走了|离开了|跑了]{b}[只|个|][，|，还][剩|剩下|有][几|多少][只|个|]？", "{a}{o}[吃了|拿走|用掉|卖掉|丢了|去掉]{b}{u}[，|]还[剩|有][几|多少]{u}？")
MINE_GAIN_ZH = ("[如果|假如|要是|]我有{a}{o}，[又买了|又得到|妈妈给我|{m}给我|又捡到|朋友送我|再买|又拿来]{b}{u}[，|，我|，那么][一共有|现在有|有|共有|总共有][几|多少]{u}[{t}|]？", "我[原来有|有]{a}[元|块钱|块|元钱]，[又赚了|妈妈给了我|又得到|捡到|{m}给我]{b}[元|块|块钱][，|，我][一共有|现在有|共有][多少|多少钱|几元|多少元]？", "[树上|教室里|池塘里|公园里|车上][有|原来有]{a}[只鸟|个人|只鸭子|个孩子|只猴子]，[又飞来|又来了|又来|再来]{b}[只|个|][，|，现在|，一共][有][几|多少][只|个|]？", "我有{a}{o}，{m}有{b}{u}，[我们|我们两个|两人]?[一共|总共|合起来]有[几|多少]{u}[{t}|]？")


IMPOSSIBLE_SHARE = 0.06  # of stories that end with a loss: more is lost than there was


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
    Kind("-", (MINE_LOSS_EN,), (MINE_LOSS_ZH,), 8),
    Kind("+", (MINE_GAIN_EN,), (MINE_GAIN_ZH,), 6),
)


def _operands(asker: Asker, operators: str) -> list[int]:
    """As many numbers as the operators need; seldom does something in between become negative."""
    rng = asker.rng
    impossible = operators[-1] == "-" and rng.random() < IMPOSSIBLE_SHARE
    small = rng.random() < 0.3
    while True:
        if operators[0] == "*":
            numbers = [rng.randint(2, 20), rng.randint(2, 30)]
        else:
            numbers = [asker.whole((1, 2, 3), (2, 6, 3)), asker.whole((1, 2, 3), (3, 6, 2))]
            numbers = [rng.randint(1, 20), rng.randint(1, 10)] if small else numbers
        if len(operators) == 2:
            numbers.append(asker.whole((1, 2, 3), (3, 6, 1)))
        total, fine = numbers[0], True
        for operator, number in zip(operators, numbers[1:], strict=True):
            total = total * number if operator == "*" else total + number if operator == "+" else total - number
            fine = fine and total >= 0
        if min(numbers) > 0 and fine != impossible and asker.allows(f"{operators}{numbers}"):
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
    """A word problem of one or two operations; it is refused where something would become negative."""
    rng = asker.rng
    kind, told = _told(asker, language)
    numbers = _operands(asker, kind.operators)
    number = asker.writer(language, 0.25)
    fill: dict[str, object] = dict(zip("abc", map(number, numbers), strict=False))
    if language == "en":
        first, second = rng.sample(NAMES_EN, 2)
        thing = rng.choice(THINGS_EN)
        fill |= {"n": first, "m": second, "o": thing}
    else:
        first, second = rng.sample(NAMES_ZH, 2)
        thing = rng.choice(THINGS_ZH)
        fill |= {"n": first, "m": second, "o": thing, "u": thing[0], "t": thing[1:]}
        fill |= {name: "两" for name, value in fill.items() if value == "二"}
    plan: list[str] = [str(numbers[0])]
    for operator, number_after in zip(kind.operators.replace("*", "×"), numbers[1:], strict=True):
        plan += [operator, str(number_after)]
    total, lines = numbers[0], ["".join(plan)]
    text = told.format(**fill)
    facts = ("story", "".join(plan), thing)
    for operator, number_after in zip(plan[1::2], numbers[1:], strict=True):
        columns, total = operation_lines(total, operator, number_after)
        lines += columns
        if total < 0:
            return Question(language, text, "\n".join(lines), refusal(language), facts)
    thought = "\n".join([*lines, f"{result(language)}{total}"])
    return Question(language, text, thought, f"{' '.join(plan)} = **{total}**", facts)
