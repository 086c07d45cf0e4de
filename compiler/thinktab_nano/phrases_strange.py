"""Words and phrasings of `strangers`. Their characters are not in the vocabulary: what is strange stays bytes."""

# Words that stand in no question that Nano answers, for `strangers`. Common words, but none of `near_misses`, which measure.
STRANGE_EN = (
    "able above absolute accept according across actual adjust adult advance afraid afternoon again against ago agree air alarm alive almost alone along alphabet alternate amount ancient angle angry annual another antique anybody anyone approximately argue arm arrange arrive artist aside ask asleep assume attach avoid awake aware "
    "away awful axis backwards bad bake balance band bank bar basic battle beach bear beat beautiful become bed beginning behind believe bell belong below bend beneath beside best better beyond bill birthday bite bitter black blind block blood blow boat body bold bone born borrow bother bottom boundary brain branch brave breath brick "
    "bright broad broken brother brown brush build burn bury business busy calm care careful catch cause certain chance change chapter cheap cheat check chief child choice church circumference city claim clean clear clever climb close cloth cloud coal coast cold collect colour column combine command common complete complex compute "
    "concern condition cone confirm consonant constant contain continue control cook cool copy corner correct costume cosine could country course court cousin crash crazy create credit crime cross crowd cruel cube curious current curve customer cut cycle damage dance danger dark daughter dead deal dear death debt decide decrease deep "
    "defend degree deliver dense depend depth derivative design detail develop device diagonal diameter diary dictionary different direction dirty discover disease distant diverge doubt down drag drama dress drink dry due dull dust duty early ears earth easy edge effort eight eighth either elbow elder elevator empty encourage enemy "
    "enjoy enough enter entire envelope equally error escape especially estimate event everybody evil exact exam except exchange excuse exercise exist expand expect expensive experience expert explain exponent express extend extra eye face factorial fail faint fair faith fake false familiar family famous fancy father fault fear feed "
    "feel fence fever field fight figure film final fine finger finish fire firm fix flag flat flight float flow fly focus fold follow food fool foot force foreign form formal former forward found frame freeze frequent fresh front frozen fuel fun funny further future gain gas gate gather general gentle giant glad goal gold govern "
    "grade grain grand graph grass gray great green greet grey ground group grow guard guess guest guide guilty habit hair hall hand hang hard harm harmony hat hate health heart heat height hello hemisphere hero hide high hill hire historical hit holiday honest hope horizontal horrible hospital host hot hotel however huge human "
    "humble hungry hunt hurry hurt hypotenuse ice idea identical ignore ill illegal imagine impossible improve inch increase indeed independent index infinite inner innocent insect inside instead integral integer intend interest interval invite iron irrational island item join journey joy judge juice jump junior jury keep key kick "
    "kill kind kiss kitchen knee knock label lack lake lamp land language lately laugh law lazy lead leaf lean leap leather leave leg lend length lesson level lie lift light likely limit line link lip liquid little live local lock logic lonely loose loud low lower lucky lunch magic mail main major male manage map march margin mark "
    "marry mass master match material matter maximum maybe mean meaning measure median medium meet melt member mention mess metal middle might mild milk mind minimum minor miss mix mode modern modest modulo mood moral mother motion motor mouse mouth move movie mud multiple muscle museum music mystery narrow nation native nature near "
    "neat neck neighbour neither nervous nest neutral never new nobody noise normal north nose notice noun numb obey object observe obvious offer office oil opinion opposite option oral ordinary organ origin ought outer outside oval oven owner page pain paint pair pale palm parallel parent park partial particular partner party path "
    "patient pause pay peak perfect perhaps perimeter period permanent permit personal phrase piano pick piece pile pilot pink pipe place plain plane plant plastic play pleasant plenty poem poet poison polar police polish polite poor popular position positive possible post pot practice pray prefer prepare press pretend pretty prevent "
    "previous pride primary print private prize probably process profit promise proof proper proportion protect proud prove public pull punish pure purpose push pyramid quadrant quadratic quality quantity quarrel quick quiet quite race rain raise random range rank rapid rare rather ratio raw reach ready real reason receipt reciprocal "
    "recent recipe record rectangle reduce refer refuse regret regular relate relax relief religion rely remind remote repair repeat replace report request rescue respect rest result retire return reward rhombus rhyme rich ride ring rise risk river road rob rock role roll roof rope rough round row royal rub rubber rude ruin rule run "
    "rural rush sad safe sail salad salt sand save scale scare scatter scene school science scream screen sea search season seat secret sector see seed seem seldom select self sense sensible separate sequence serious serve settle several severe shadow shake shape sharp shave sheet shelf shine ship shirt shock shoe shoot shore shout "
    "shy sick side sigh sign signal silent silk silly silver similar simple since sine sing sister sit size skill skin skirt sky sleep slide slight slip slope slow smart smell smile smoke smooth snow social soft soil solid somebody sometimes son song soon soul sound south space spare speak special speech sphere spirit spite split "
    "spoil sport spread spring staff stage stair stand standard star stare state stay steady steal steam steel steep step stick stiff still stomach stop storm straight strange stream street stress stretch strict strike string strong struggle stupid style sudden suffer sugar suggest suit summer sun supper support surface surprise swap "
    "sweet swim symbol system tail talent talk tall tangent tap task taste tax tea tear temper tend tennis tense tent term terrible theatre theory thick thin thirsty though threat throat throughout tie tight till tin tiny tired title toe tomorrow tone tongue tooth top touch tough tour toward tower town trade tradition translate trap "
    "travel treasure treat triangle trick trip trouble true truth try tune twice twin twist type ugly uncle under understand unit unknown unless upon upper upset upstairs urban urge usual valley value various vary vast vector vertex vertical victim view violent visit visual vital vocabulary voice vote vowel wage wait wake walk wall "
    "want war warm warn wash waste watch water wave weak wealth wear web weigh weird welcome west wet whatever wheel whenever wherever whether while whisper white whole wide wife wild wind window wine wing wipe wire wise wish within witness woman wonder wood wool worry worse worst worth wound wrap wrist wrong yard yellow yesterday "
    "yet young zigzag "
).split()
STRANGE_ZH = (
    "没有 不算 除了 以外 之外 倒数 反过来 平均值 中位数 两倍 三倍 立方 根号 阶乘 对数 次方 取整 取余 四舍五入 近似 大约 估计 十位 数字和 公因数 公倍数 倍数 互质 分数 分母 分子 通分 约分 比例 比值 比赛 周长 体积 直径 高度 宽度 温度 角度 三角形 正方形 长方形 十六进制 汉字 法语 倒着 重复 交换 替换 跳过 忽略 只要 只看 如果不 假设 证明 画图 列表 竖式 口算 心算 验算 检查 解释 写诗 唱歌 跳舞 猜 骗我 开玩笑 老板 邻居 医生 飞机 月亮 太阳 海洋 森林 城市 音乐 电影 昨天 前天 后年 农历 闰年 时区 纽约 早餐 晚饭 天气 下雨 生日 身高 体重 年龄 密码 电话 号码 地址 价格 "
    "打折 利息 税 工资 股票 汇率 红色 蓝色 绿色 快乐 生气 奇怪 美丽 困难 简单 突然 永远 也许 大概 其实 反正 既然 尽管 虽然 否则 除非 甚至 几乎 刚好 恰好 至少 至多 不超过 不到 左右 上下 分别 各自 轮流 依次 同时 另外 顺便 首先 其次 最后再 接着再 第二个 倒数第二 开头 结尾 左边 右边 奇数位 偶数位 正数 整数 小数部分 绝对值 相反数 相邻 连续 循环 无限 "
).split()
# An unknown thing {s} of a list {l} or of numbers.
STRANGE_OF_EN = (
    "[what is|what's|find|compute|give me|tell me|work out|] the {s} [of|for|from|in] {l}[?|.|]", "{s} {l}", "{s} [of|for] {l}[?|]", "[which|what|which one|which number] [is|of these is|comes] [the|] {s}[, |: | ]{l}[?|]", "{s} [the numbers |the list |these: ]{l}[ please|.|]", "{a} {s} {b}[?| =|]", "{s}({a})", "{s}{b}({a})", "{a} [+|-|*|/|plus|minus|times] {b} {s} {c}", "{a} {s}[?|]", "how many {s} [are|are there|does it take|fit] in {a}[?|]", "how {s} is {a}[?|]", "is {a} {s} [than |]{b}[?|]",
    "is {a} [a |an |]{s}[ number|][?|]", "{l}: {s}[?|]", "{a}{s}", "[add|multiply|sort|compare|subtract|divide|count|order] the {s} of {l}[.|]", "[add|sort|compare|multiply|subtract] {l} [by|with|like|as|in] [the|their|its|] {s}[.|]", "[what is|what's|] {a} [in|as|to the|by] {s}[?|]", "{s} {s2} {a} {b}", "the {s} [between|of] {a} and {b}[?|]", "[what is|what's] {a} [and|of] {b} {s}[?|]", "{l}, [what|which] {s} [follows|is next|is it|is that][?|]", "how many {s} [make|are|is|give] {a} {s2}[?|]", "{a} {s}, {b} {s2}[. |, ]how many [in all|together|left][?|]"
)
STRANGE_OF_ZH = (
    "{l}的{s}[是多少|是几|等于几|怎么算|][？|]", "{s}{l}", "{a}{s}{b}[是多少|等于几|＝？|等于多少|得几|]", "{a}{s}[是几|是多少|等于几|][？|]", "{l}[，|：]{s}[？|]", "{l}[哪个|谁|哪一个]{s}[？|]", "[把|将|给]{l}{s}", "{a}是{s}[吗|数吗|么][？|]", "{a}[里|中]?有[几个|多少个|多少]{s}[？|]", "{s}（{a}）", "[求|算|计算|算一下]{l}[的|]?{s}", "{a}[加|减|乘|除以|+|-|×|÷]{b}{s}{c}[是多少|等于几|]", "{s}[是|等于|为]{a}[，|时]{s2}[是多少|等于几]", "{a}[的|]{b}{s}[是多少|等于几|]", "把{l}[按|用|以|照]{s}[排序|排列|相加|比较]", "{a}和{b}[哪个|谁]更{s}[？|]", "{a}{s}{b}{s2}[一共|总共|还剩][多少|几个][？|]"
)
# Two results {o} and {o2} of the same numbers.
RESULTS_EN = "sum difference product quotient remainder larger smaller parity average".split()
TWO_RESULTS_EN = (
    "[what is|give me|find|tell me|] [the |][{o}|{o}s] [or|minus|times|then|versus|, and|, then the|& the] {o2} [of|for|from] {a} and {b}[?|]", "[what are|find|give me|compute|tell me] [both |]the {o} [as well as|and also|and then|plus] the {o2} of {a} and {b}[?|.|]", "for {a} and {b}[, |: ][give|compute|find|what are] [the|both] {o} and [the|] {o2}[?|]", "{o} of {a} and {b}, then {o2}[?|]", "{a} and {b}: {o}, {o2}[?|]", "[add|multiply|subtract|divide] {a} and {b} and [then|also] [double it|halve it|square it|add them again|tell me if it is odd|compare them|multiply them|write it backwards]"
)
RESULTS_ZH = "和 差 积 商 余数 较大的数 较小的数 平均".split()
TWO_RESULTS_ZH = (
    "{a}[和|与|跟]{b}[的|之][{o}或{o2}|{o}、{o2}|{o}及{o2}|{o}减{o2}|{o}{o2}][是多少|各是几|分别等于多少|]", "[求|算出|告诉我|]{a}[、|，|跟]{b}的{o}[以及|还有|及|、]{o2}[是多少|各是多少|分别是多少|]", "{a}[跟|、]{b}[，|：]{o}是多少[，|？]{o2}[是多少|呢][？|]", "[先算|先求]{a}[跟|与]{b}的{o}[，|]再[算|求]{o2}", "{a}[加|减|乘|除以]{b}[，|然后|再][翻倍|取一半|平方|看是不是奇数|倒着写|比较大小|加起来再乘]"
)
# A sum {e} that is judged.
CLAIMS_EN = (
    "is {e} [more|less|bigger|smaller|greater] than {c}[?|]", "is {e} [even|odd|prime|divisible by {c}|a {s}|{s}|right|positive][?|]", "[does|will|can|would] {e} [make|give|be|reach|come to] {c}[?|]", "{e} [or|vs|versus] {a}[+|-|*]{b}[?|]", "[which is|what's] [larger|smaller|more|less], {e} or {c}[?|]", "{e} [<|>|<=|>=|!=|==] {c}[?|]", "I [think|say|know] {e} is {c}[.|!|, right?|]", "{a} [>|<] {b} [>|<] {c}[?|]", "why is {e} [{c}|not {c}][?|]", "if {e} is {c}, what is {a}[?|]"
)
CLAIMS_ZH = (
    "{e}[大于|小于|超过|不到|比]{c}[吗|么|大吗|小吗][？|]", "{e}[是|是不是][偶数|奇数|质数|{s}|正数][吗|][？|]", "{e}能[得到|等于|凑成|达到]{c}吗[？|]", "{e}[和|跟|与]{c}[谁|哪个][大|小][？|]", "[我觉得|我认为|听说|老师说]{e}[是|等于]{c}[，对吧|。|，对不对|]", "{a}[<|＞|>|＜]{b}[<|＞|>|＜]{c}[对吗|？|，对不对|]", "为什么{e}[等于|不等于|是]{c}[？|]", "如果{e}[是|等于]{c}，{a}[是|等于]几[？|]"
)
# Times in which a speed is not given.
TIMES_OF_EN = "minutes seconds hours days weeks years".split()
TIMES_OF_ZH = "分钟 秒 小时 天 周 年".split()
# Between a question and a strange clause; what asks for a unit {v}.
AFTER_CLAUSE_EN, BEFORE_CLAUSE_EN = (", ", ". ", " ", ": ", "? "), (", ", " ", " ", "? ", ". ", " (")
AFTER_CLAUSE_ZH, BEFORE_CLAUSE_ZH = ("，", "。", "", "：", "？"), ("，", "", "？", "。", "（")
IN_UNIT_EN, IN_UNIT_ZH = (" in {v}", ", in {v}", "? In {v}, please"), ("，用{v}", "？单位{v}", "，多少{v}")
# Asked after a question, of the same numbers.
ALSO_EN = (
    "[, |; |? |. ][and|also|plus|then] [the |their |][sum|difference|product|quotient|remainder|larger one|smaller one|total][ too| as well|]", "[, |; |? ][and |]how far apart [are they|they are]", "[, |; |? ]what do they [add up to|make together|make when multiplied]", "[, |; |? ][and |]multiply them[ too| as well|]", "[, |; |? ][and |also ]is [it|that|the result|the answer|one of them] [even|odd|prime|larger than ten|divisible by three]",
    "[, |; |? ][and |then |]what [is|would be] [twice that|that times ten|that minus one|left of that|double that|that squared]", "[, |; ]how many [more|fewer] than [the other|before|that]", "[, |; |? ][and |]which of them is [even|odd|prime|nearer to ten]", "[, |; |? ][and |]by [what|how many]", "[, |; |? ]then [take away the smaller|add the larger again|divide by two|sort the digits|say it in words]", " [plus the same again|minus itself|and back again|twice|three times over|but backwards]", "[, |? ]and [what if|if] [both were doubled|one more came|the first were zero|it were the other way round]"
)
ALSO_ZH = (
    "[，|；|？][还有|以及|并求|再求|和]?[它们的|两数的|]?[和|差|积|商|余数][是几|呢|是多少|各是几|]", "[，|；|？]差[多少|几|了多少]", "[，|；|？]多[几|几个|了几]", "[，|；|？][顺便|再|并|然后]?[乘起来|加起来|相减|比大小|倒过来|除一下]", "[，|；|？][结果|得数|它|其中一个]?是[偶数|奇数|质数|整数|三的倍数]吗", "[，|；|？][它的|那|结果的]?[两倍|十倍|一半|平方|相反数]呢", "[，|；|？][哪个|其中哪个|谁]是[偶数|奇数|质数]", "[，|；|？][再|又]?[减一次|加一遍|乘自己|除以二|倒着写]", "[，|；|？]如果[都翻倍|多一个|反过来|第一个是零]呢", "[的|之][两倍|一半|平方][是多少|是几|]"
)
# What is not a letter.
PARTS_EN = "vowels|consonants|letters|syllables|capitals|different letters|double letters|words|spaces|dots|rhymes|strokes".split("|")
PARTS_ZH = "元音|辅音|音节|大写字母|不同的字母|笔画|空格|汉字|点|偏旁|叠字|声母".split("|")
# Before what happens in a story.
NOT_DONE_EN = "almost|never|nearly|does not|doesn't|refuses to|wants to|may|hopes to|forgets to|will not|won't|cannot|is about to|did not|hardly".split("|")
KEEPS_VERB_EN = "almost|never|nearly|hardly".split("|")
NOT_DONE_ZH = "没有 差点 不想 打算 忘了 从来没 想 可能 还没 不愿意 准备 并未".split()
# The next number of a list {l}; {c} is its comma.
SERIES_EN = (
    "{l}{c}[...|…|?|__|and then|and so on|etc.]", "[continue|go on|complete|extend][:| with|] {l}[...|]", "what [comes|follows|number follows] [next|after] [: |in |]{l}[?|...?]", "[find|give|write|guess] the [next|missing|following] [one|term|number] [in|of|:] {l}", "{l}[: |; |. |, ][what next|continue|what is the rule|the pattern|go on|how does it go on]", "[pattern|sequence|series|rule][: | of ]{l}"
)
SERIES_ZH = ("{l}{c}[……|…|（ ）|？|接着是|后面是]", "[接着写|继续|续写|找规律|按规律填][：|，|]{l}", "{l}[，|；|。|][后面|接下来|再往后|然后]是[几|什么|多少][？|]", "[数列|规律][：|]{l}[，第十个数是几|，求通项|，有什么规律|]", "{l}的[规律|后一个|下一项][是什么|是几|]")

OFF_ZH = ("减少", "减去", "增加", "加上", "降价", "打折")  # so many percent
